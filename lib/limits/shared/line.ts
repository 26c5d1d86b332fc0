import { claimedTokens } from './ledger.js';
import { FOREVER, ROUNDING, type LimitState } from './limit-state.js';

/** Microseconds: a process that is late keeps its place for at least this long. */
const GRACE = 25_000;
/** Microseconds: a smaller delay of a place does not count. Moments since 1970 have a resolution of 0.25 µs. */
const TOLERANCE = 100;
/** The doubt is a moving average over about this many places. */
const MEMORY = 8;

/** Updates the doubt with a place that was taken (0) or missed (1). */
function learn(state: LimitState, missed: 0 | 1): void {
  state.doubt += (missed - state.doubt) / MEMORY;
}

/** The place that a process had in the line before this command. */
export interface Standing {
  /** The tokens that it wanted. */
  readonly tokens: number;
  /** The tokens that the processes before it wanted. */
  readonly ahead: number;
}

/** Removes the expired places and the place of `owner`. Returns the place that `owner` had. */
export function leaveLine(
  state: LimitState,
  owner: string | undefined,
  wanted: boolean,
  now: number,
): Standing | undefined {
  let standing: Standing | undefined;
  let ahead = 0;
  state.line = state.line.filter((place) => {
    if (place.owner === owner) {
      standing = { tokens: place.tokens, ahead };
      // A process that asks again has neither taken nor missed its place.
      if (!wanted) learn(state, 1);
      return false;
    }
    if (place.till >= now) {
      ahead += place.tokens;
      return true;
    }
    learn(state, 1);
    return false;
  });
  return standing;
}

/** Notes that a process got a claim when its place was due. */
export function tookPlace(state: LimitState): void {
  learn(state, 0);
}

/** Adds a place, in the order of due moments. */
export function enterLine(state: LimitState, owner: string, tokens: number, at: number, valid: number): void {
  let index = state.line.length;
  while (index > 0 && (state.line[index - 1] as { at: number }).at > at) index -= 1;
  state.line.splice(index, 0, { owner, tokens, at, till: at + Math.max(GRACE, valid) });
}

/** Moves the due moment of every place, after a pause or a change of the rate. */
export function moveLine(state: LimitState, at: (moment: number) => number): void {
  for (const place of state.line) {
    const moved = at(place.at);
    place.till += moved - place.at;
    place.at = moved;
  }
}

/**
 * `moment` is the earliest moment at which `need` tokens can be taken without delaying any place, if all claims are taken on
 * time. `due` is the earliest moment at which the tokens are certainly there, however late the claims are taken.
 */
export function earliest(
  state: LimitState,
  capacity: number,
  need: number,
  now: number,
  standing: Standing | undefined,
): { readonly moment: number; readonly due: number } {
  const { level, rate, line } = state;
  if (rate === 0) return { moment: now + FOREVER, due: now + FOREVER };
  const start = Math.max(now, state.paused);
  let sum = 0;
  let ahead = 0;
  for (const place of line) {
    sum += place.tokens;
    const spare = level + (Math.max(0, place.at - start) * rate) / 1e6 - sum;
    if (spare + (rate * TOLERANCE) / 1e6 < need) ahead = sum;
  }
  // A process never falls behind later ones. (Without this it would: a full bucket does not refill while it waits.)
  if (standing !== undefined && need <= standing.tokens) ahead = Math.min(ahead, standing.ahead);
  const missing = need + ahead - level;
  const moment = missing <= ROUNDING ? start : start + (missing / rate) * 1e6;
  return { moment, due: certain(state, capacity, Math.min(capacity, need + ahead), start) };
}

function certain(state: LimitState, capacity: number, need: number, start: number): number {
  let { level } = state;
  let at = start;
  let claimed = claimedTokens(state);
  for (const claim of state.claims) {
    if (need <= capacity - claimed + ROUNDING) break;
    const full = Math.max(level, capacity - claimed);
    if (claim.lapse > at) {
      level = Math.min(full, level + ((claim.lapse - at) * state.rate) / 1e6);
      at = claim.lapse;
    }
    claimed -= claim.tokens;
  }
  const missing = need - level;
  return missing <= ROUNDING ? at : at + (missing / state.rate) * 1e6;
}
