import { claimedTokens } from './ledger.js';
import { FOREVER, ROUNDING, type LimitState } from './limit-state.js';

/** A process that does not come keeps its place for at least this long. */
const GRACE = 25_000;
/** A place counts as delayed by more than this span of the rate: moments since 1970 are a quarter of a microsecond apart. */
const TOLERANCE = 100;
/** How many places the doubt remembers. */
const MEMORY = 8;

function learn(state: LimitState, missed: 0 | 1): void {
  state.doubt += (missed - state.doubt) / MEMORY;
}

/** Where a process stood that comes again: what it wanted, and what those before it wanted. */
export interface Standing {
  readonly tokens: number;
  readonly ahead: number;
}

/** Takes the places away that no process took, and that of the process that has come; returns where it stood. */
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
      // Who comes to ask again has neither taken nor missed it.
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

export function tookPlace(state: LimitState): void {
  learn(state, 0);
}

export function enterLine(state: LimitState, owner: string, tokens: number, at: number, valid: number): void {
  let index = state.line.length;
  while (index > 0 && (state.line[index - 1] as { at: number }).at > at) index -= 1;
  state.line.splice(index, 0, { owner, tokens, at, till: at + Math.max(GRACE, valid) });
}

/** Everything in the line comes later, or at another rate. */
export function moveLine(state: LimitState, at: (moment: number) => number): void {
  for (const place of state.line) {
    const moved = at(place.at);
    place.till += moved - place.at;
    place.at = moved;
  }
}

/**
 * The earliest moment at which `need` tokens are there and no place is delayed by taking them (claims are taken in time);
 * and the earliest at which they are there for certain, whenever the claims are taken.
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
  // Nobody falls behind those who came later. (A full bucket does not fill, so that the line alone would let them.)
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
