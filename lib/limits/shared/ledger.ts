import { ROUNDING, type LapsedClaim, type LimitPart, type LimitState } from './limit-state.js';

/**
 * The bookkeeping of one bucket's tokens. `level` is the free tokens. `level` plus the claims is what the bucket would hold
 * if no claim were taken, and that is at most the capacity. So a claim that is taken late never comes on top of a full
 * bucket.
 */

/** The state of a key that the store does not have yet. */
export function openLimit(part: LimitPart, now: number): LimitState {
  const { initial: level, rate, base, hold } = part;
  const name = part.pause === hold ? part.name : '';
  return {
    level,
    last: now,
    rate,
    base,
    paused: now + hold,
    name,
    full: -1,
    doubt: 0,
    claims: [],
    lapsed: [],
    line: [],
    settled: [],
  };
}

/** The sum of the claims' tokens. */
export function claimedTokens(state: LimitState): number {
  let sum = 0;
  for (const { tokens } of state.claims) sum += tokens;
  return sum;
}

/** Moves every moment back by `by`, because the clock was set back. No time counts as passed. */
export function shiftBack(state: LimitState, by: number): void {
  state.last -= by;
  state.paused -= by;
  if (state.full >= 0) state.full -= by;
  for (const each of [...state.claims, ...state.lapsed]) {
    each.due -= by;
    each.lapse -= by;
  }
  for (const lapsed of state.lapsed) if (lapsed.full >= 0) lapsed.full -= by;
  for (const place of state.line) {
    place.at -= by;
    place.till -= by;
  }
  for (const each of state.settled) each.at -= by;
}

function refill(state: LimitState, capacity: number, to: number): void {
  const from = Math.max(state.last, state.paused);
  if (to > from) {
    const room = capacity - claimedTokens(state) - state.level;
    const gain = ((to - from) * state.rate) / 1e6;
    if (gain < room) state.level += gain;
    else {
      if (state.full < 0) state.full = room > 0 ? from + (room / state.rate) * 1e6 : from;
      if (room > 0) state.level += room;
    }
    const left = Math.max(0, room - gain);
    for (const lapsed of state.lapsed) lapsed.room = Math.min(lapsed.room, left);
  }
  state.last = Math.max(state.last, to);
}

/** Adds tokens as far as there is room. That leaves less room for what lapsed claims can give back. */
export function addTokens(state: LimitState, capacity: number, tokens: number): void {
  const room = Math.max(0, capacity - claimedTokens(state) - state.level);
  const added = Math.max(0, Math.min(tokens, room));
  state.level += added;
  for (const lapsed of state.lapsed) lapsed.room = Math.min(lapsed.room, room - added);
}

/** Brings the state to the moment `to`: claims lapse, and the bucket refills. */
export function advance(state: LimitState, capacity: number, to: number): void {
  for (let [claim] = state.claims; claim !== undefined && claim.lapse <= to; [claim] = state.claims) {
    refill(state, capacity, claim.lapse);
    state.claims.shift();
    const room = capacity - claimedTokens(state) - state.level;
    state.lapsed.push({ ...claim, full: state.full, room });
    state.full = -1;
  }
  refill(state, capacity, to);
  // A lapsed claim without room cannot give anything back.
  state.lapsed = state.lapsed.filter(({ room }) => room > ROUNDING);
}

/** Gives back tokens of a lapsed claim, as far as they would not have overflowed since. */
function giveBackLapsed(state: LimitState, lapsed: LapsedClaim, tokens: number): void {
  const back = Math.min(tokens, lapsed.room);
  state.level += back;
  for (const each of state.lapsed) each.room -= back;
}

/** Ends the claims that a process reports as done. Unused tokens are given back first, before time moves on. */
export function endClaims(state: LimitState, part: LimitPart, owner: string, now: number): void {
  const of = (number: number) => (each: { owner: string; number: number }) =>
    each.owner === owner && each.number === number;
  for (const [number, taken] of part.done) {
    const claim = state.claims.find(of(number));
    if (claim !== undefined) {
      state.level += claim.tokens - taken;
      claim.tokens = taken;
      if (taken <= 0) state.claims.splice(state.claims.indexOf(claim), 1);
      continue;
    }
    const index = state.lapsed.findIndex(of(number));
    const lapsed = state.lapsed[index];
    if (lapsed === undefined) continue;
    giveBackLapsed(state, lapsed, lapsed.tokens - taken);
    if (taken <= 0) state.lapsed.splice(index, 1);
  }
  for (const [number, taken, late] of part.done) {
    if (taken <= 0) continue;
    const claim = state.claims.find(of(number));
    if (claim !== undefined) {
      const at = Math.min(claim.due + late, claim.lapse, now);
      // If it lapsed at that very moment, it is among the lapsed claims below.
      if (at > state.last) advance(state, part.capacity, at);
      const index = state.claims.indexOf(claim);
      if (index >= 0) takeClaim(state, part.capacity, index, at);
    }
    const index = state.lapsed.findIndex(of(number));
    const lapsed = state.lapsed[index];
    if (lapsed === undefined) continue;
    // The bucket was not full from the grant on, so it gained what the state counted as overflow.
    if (lapsed.full >= 0) {
      const from = Math.max(Math.min(lapsed.due + late, lapsed.lapse), lapsed.full, state.paused);
      giveBackLapsed(state, lapsed, (Math.max(0, lapsed.lapse - from) * state.rate) / 1e6);
    }
    state.lapsed.splice(index, 1);
  }
}

/** Notes that a claim was taken at `at`. A bucket that was full until then has been refilling since. */
function takeClaim(state: LimitState, capacity: number, index: number, at: number): void {
  state.claims.splice(index, 1);
  if (state.full >= 0) {
    const since = Math.max(0, state.last - Math.max(at, state.full, state.paused));
    const room = capacity - claimedTokens(state) - state.level;
    state.level += Math.min(Math.max(0, room), (since * state.rate) / 1e6);
  }
  state.full = -1;
}
