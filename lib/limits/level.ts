/**
 * The level of a bucket at a moment, from which its level at a later moment is computed. During a pause, `last` is in the
 * future: the bucket does not refill until then.
 */
export interface Level {
  /** Tokens at `last`. A grant at exactly its due moment may leave it below 0 by a rounding error. */
  tokens: number;
  /** Milliseconds on the bucket's clock. */
  last: number;
}

/** Tokens: due moments are computed in floating point, so a smaller shortage does not delay a grant. */
const ROUNDING = 1e-9;

/** Brings the level to `now`. If the clock was set back, no time counts as passed. */
export function refill(level: Level, now: number, perMs: number, capacity: number): void {
  if (now <= level.last) return;
  level.tokens = Math.min(capacity, level.tokens + (now - level.last) * perMs);
  level.last = now;
}

/** Whether the level is at least `n` tokens. */
export const holds = (level: Level, n: number): boolean => level.tokens + ROUNDING >= n;

/** Milliseconds from `now` until the level is `n` tokens, if no caller takes any meanwhile. */
export function timeUntil(level: Level, n: number, now: number, perMs: number): number {
  const missing = n - level.tokens;
  return missing <= ROUNDING ? 0 : Math.max(0, level.last - now) + missing / perMs;
}
