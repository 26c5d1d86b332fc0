import { holds, refill, timeUntil, type Level } from '../lib/limits/level.js';

/** What became of a bucket that was never let idle. */
export interface Counted {
  /** Tokens by which the level differs from what was given and not granted. */
  readonly drift: number;
  /** The most by which the grants ever exceeded capacity + rate · t. */
  readonly over: number;
  /** Milliseconds by which the last grant was late. */
  readonly late: number;
}

/**
 * Drives the maths of a bucket through `grants` grants of weights 1, 2 and 3, each taken as soon as it is there, and
 * compares with whole-number arithmetic. A bucket that keeps a running sum of 1/rate drifts by seconds here.
 */
export function countGrants(rate: number, grants: number): Counted {
  const capacity = 10;
  const perMs = rate / 1000;
  const level: Level = { tokens: capacity, last: 0 };
  let now = 0;
  let granted = 0;
  let over = -Infinity;
  for (let i = 0; i < grants; i += 1) {
    const n = (i % 3) + 1;
    refill(level, now, perMs, capacity);
    while (!holds(level, n)) {
      // A clock has a resolution: the next moment that it can tell from this one.
      const due = now + timeUntil(level, n, now, perMs);
      now = due > now ? due : now + Math.max(1e-6, now * Number.EPSILON);
      refill(level, now, perMs, capacity);
    }
    level.tokens -= n;
    granted += n;
    over = Math.max(over, granted - capacity - now * perMs);
  }
  return {
    drift: capacity + now * perMs - granted - level.tokens,
    over,
    late: now - (granted - capacity) / perMs,
  };
}
