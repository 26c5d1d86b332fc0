import { addTokens, advance, endClaims, openLimit, shiftBack } from './ledger.js';
import {
  FOREVER,
  REPEATED,
  type LimitCommand,
  type LimitPart,
  type LimitReply,
  type LimitState,
} from './limit-state.js';
import { earliest, enterLine, leaveLine, moveLine, tookPlace, type Standing } from './line.js';

/** Microseconds: while other processes' claims may still be taken late, a waiting process asks again that soon. */
const BLOCKED = 5_000;

/**
 * Applies one command to the state of shared limits. Use it to write a {@link LimitStore}; the script on a Redis server does
 * the same. It changes `states` in place and returns the states to keep. {@link SharedTokenBucket} shows a store that uses it.
 *
 * @param states The state of each key; `undefined` if the store has no state for it.
 * @param now Microseconds on the store's clock.
 */
export function stepLimits(
  states: readonly (LimitState | undefined)[],
  command: LimitCommand,
  now: number,
): { readonly states: readonly LimitState[]; readonly reply: LimitReply } {
  const kept = command.parts.map((part, key) => states[key] ?? openLimit(part, now));
  const standings = command.parts.map((part, key) => bringUpToDate(kept[key] as LimitState, part, command, now));
  const claimed = claim(kept, standings, command, now);
  const place = takePlace(kept, standings, command, claimed.length, now);
  const others = kept.map(({ line }) => line.filter(({ owner }) => owner !== command.owner).length);
  const reply = {
    claimed,
    place,
    crowd: Math.max(...others),
    doubt: Math.max(...kept.map(({ doubt }) => doubt)),
    parts: kept.map(({ level, rate, paused }) => ({ level, rate, hold: Math.max(0, paused - now) })),
  };
  return { states: kept, reply };
}

/**
 * Returns the milliseconds for which a store has to keep a state: until the bucket is full, no claim is outstanding and no
 * process is in the line. A rate that was assigned, or that is 0, is kept for eleven days.
 *
 * @example
 * ```ts
 * import { keepFor, type LimitPart, type LimitState } from 'tenax/redis';
 *
 * const isExpired = (state: LimitState, part: LimitPart, now: number): boolean =>
 *   now > state.last + keepFor(state, part) * 1000;
 * ```
 */
export function keepFor(state: LimitState, part: LimitPart): number {
  let end = Math.max(state.last, state.paused);
  // Without the state, each process would go back to the rate that it knows.
  if (state.rate === 0 || state.rate !== state.base) end += FOREVER / 1000;
  else if (state.level < part.capacity) end += ((part.capacity - state.level) / state.rate) * 1e6;
  for (const { lapse } of state.claims) end = Math.max(end, lapse);
  for (const { till } of state.line) end = Math.max(end, till);
  return Math.ceil(Math.min(end - state.last, FOREVER / 1000) / 1000) + 1000;
}

/** Applies everything that a command reports. Returns the place that its process had in the line. */
function bringUpToDate(state: LimitState, part: LimitPart, command: LimitCommand, now: number): Standing | undefined {
  if (now < state.last) shiftBack(state, state.last - now);
  // If the command was run before, the claim that it made then is unused.
  const done = [...part.done, [command.number, 0, 0] as const];
  endClaims(state, { ...part, done }, command.owner, now);
  advance(state, part.capacity, now);
  settle(state, part, command, now);
  if (part.left >= 0) state.level = Math.min(state.level, part.left);
  if (part.settle < 0 || part.left >= 0) state.full = -1;
  pause(state, part, now);
  rerate(state, part, now);
  return leaveLine(state, command.line === 1 ? command.owner : undefined, command.asks.length > 0, now);
}

/** Gives tokens back, up to a full bucket, or charges tokens that are owed, which may take the level below 0. */
function settle(
  state: LimitState,
  { settle: tokens, capacity }: LimitPart,
  { owner, number }: LimitCommand,
  now: number,
): void {
  if (tokens === 0 || state.settled.some((each) => each.owner === owner && each.number >= number)) return;
  state.settled = state.settled.filter((each) => each.owner !== owner && each.at > now - REPEATED);
  state.settled.push({ owner, number, at: now });
  if (tokens < 0) state.level += tokens;
  else addTokens(state, capacity, tokens);
}

/** Claims ahead of time keep their moments when the rate falls: the tokens that would come too late are added now. */
function keepPromises(state: LimitState, capacity: number, rate: number): void {
  let due = state.last;
  for (const claim of state.claims) due = Math.max(due, claim.due);
  const coming = ((due - Math.max(state.last, state.paused)) * rate) / 1e6;
  if (coming > 0 && state.level < 0) addTokens(state, capacity, Math.min(-state.level, coming));
}

function pause(state: LimitState, part: LimitPart, now: number): void {
  if (part.pause < 0) return;
  const end = now + part.pause;
  if (part.name === state.name) state.paused = Math.min(state.paused, end);
  else if (part.pause > 0 && end > state.paused) {
    const from = Math.max(now, state.paused);
    moveLine(state, (at) => at + end - from);
    state.paused = end;
    state.name = part.name;
  }
}

function rerate(state: LimitState, part: LimitPart, now: number): void {
  // The first process of a new release brings the new rate. Processes of the old release do not bring theirs back.
  const isNew = part.assigned >= 2 && part.base !== state.base;
  if (isNew) state.base = part.base;
  if ((!isNew && part.assigned % 2 === 0) || part.rate === state.rate) return;
  const { rate: old } = state;
  keepPromises(state, part.capacity, Math.max(0, old - part.rate));
  const start = Math.max(now, state.paused);
  if (part.rate > 0) moveLine(state, (at) => (at > start ? start + ((at - start) * old) / part.rate : at));
  state.rate = part.rate;
  // Tokens that overflowed until now did so at the old rate.
  if (state.full >= 0) state.full = now;
  for (const lapsed of state.lapsed) lapsed.full = -1;
}

/** Claims tokens for as many of the first callers as the horizon allows. */
function claim(
  states: LimitState[],
  standings: readonly (Standing | undefined)[],
  command: LimitCommand,
  now: number,
): number[] {
  const { parts, asks, horizon, valid, owner, number } = command;
  const total = parts.map(() => 0);
  const spans: number[] = [];
  let due = now;
  for (const ask of asks) {
    // All claims of a command may be granted at one moment, so together they must not exceed the capacity.
    if (ask.some((tokens, key) => (total[key] as number) + tokens > (parts[key] as LimitPart).capacity)) break;
    let at = due;
    states.forEach((state, key) => {
      const tokens = ask[key] as number;
      if (tokens === 0) return;
      const need = (total[key] as number) + tokens;
      const found = earliest(state, (parts[key] as LimitPart).capacity, need, now, standings[key]);
      at = Math.max(at, found.moment, found.due);
    });
    if (at > now + horizon) break;
    due = at;
    spans.push(at - now);
    ask.forEach((tokens, key) => (total[key] = (total[key] as number) + tokens));
  }
  states.forEach((state, key) => {
    const tokens = total[key] as number;
    if (tokens === 0) return;
    state.level -= tokens;
    const lapse = due + valid;
    let index = state.claims.length;
    while (index > 0 && (state.claims[index - 1] as { lapse: number }).lapse > lapse) index -= 1;
    state.claims.splice(index, 0, { owner, number, tokens, due, lapse });
    if (command.line === 1) tookPlace(state);
  });
  return spans;
}

/** Gives the first caller without a claim a place in the line. Returns the span until its tokens are there. */
function takePlace(
  states: LimitState[],
  standings: readonly (Standing | undefined)[],
  command: LimitCommand,
  claimed: number,
  now: number,
): number {
  const { parts, owner, valid, maxWait } = command;
  const ask = command.asks[claimed];
  if (ask === undefined) return -1;
  let at = now;
  states.forEach((state, key) => {
    const tokens = ask[key] as number;
    if (tokens === 0) return;
    // A process that has just claimed something goes to the end of the line.
    const standing = claimed === 0 ? standings[key] : undefined;
    const { moment, due } = earliest(state, (parts[key] as LimitPart).capacity, tokens, now, standing);
    at = Math.max(at, moment, Math.min(due, now + BLOCKED));
  });
  const span = Math.min(at - now, FOREVER);
  const refused = claimed === 0 && maxWait >= 0 && span > maxWait;
  if (command.line === 1 && !refused && span < FOREVER) {
    states.forEach((state, key) => {
      const tokens = ask[key] as number;
      if (tokens > 0) enterLine(state, owner, tokens, at, valid);
    });
  }
  return span;
}
