/**
 * The state of a bucket as pure maths in time: how many tokens there were at one moment. `last` may lie ahead, during a
 * pause: nothing is refilled until then. Not a running sum of 1/rate, which drifts.
 */
export interface Level {
  /** Tokens at `last`; a grant at the very moment of its due time may leave it a rounding error below 0. */
  tokens: number;
  /** Milliseconds on the bucket's clock. */
  last: number;
}

/** A due time is computed in floating point: what is missing by less than this is there. It is charged all the same. */
const ROUNDING = 1e-9;

/** Brings the level to `now`. A clock that was set back counts as no time. */
export function refill(level: Level, now: number, perMs: number, capacity: number): void {
  if (now <= level.last) return;
  level.tokens = Math.min(capacity, level.tokens + (now - level.last) * perMs);
  level.last = now;
}

/** Whether `n` tokens are there. */
export const holds = (level: Level, n: number): boolean => level.tokens + ROUNDING >= n;

/** Milliseconds from `now` until `n` tokens are there, if nobody else takes any. */
export function timeUntil(level: Level, n: number, now: number, perMs: number): number {
  const missing = n - level.tokens;
  return missing <= ROUNDING ? 0 : Math.max(0, level.last - now) + missing / perMs;
}
