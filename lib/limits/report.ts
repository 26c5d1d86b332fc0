import type { RateLimit } from '../headers/rate-limit-info.js';
import { leastRemaining, limitsOf, readFeedback, readForSlots, unitOf } from './feedback.js';
import { isMember } from './members.js';
import type { RateFeedback, RateLimiter } from './rate-limiter.js';
import { callSafely } from './call-safely.js';

/** The properties that reporting reads. A limiter that is not tenax's own may lack all of them. */
interface Reported extends RateLimiter {
  readonly unit?: string | undefined;
  readonly refillTime?: number;
  readonly rate?: number;
  readonly capacity?: number;
}

/**
 * Reports a response to several limiters. Each uses the limits of its own unit. A remaining count lowers only one limiter,
 * since the others count something else, for example over another window.
 */
export function reportAll(limiters: readonly RateLimiter[], feedback: RateFeedback): void {
  if (limiters.length === 1) {
    report(limiters[0] as RateLimiter, feedback);
    return;
  }
  const limits = limitsOf(feedback);
  const lowered = limits.map((limit) => loweredBy(limit, limiters));
  for (const limiter of new Set(limiters)) {
    const own = limits.filter((_, i) => lowered[i] === undefined || lowered[i] === limiter);
    if (!isMember(limiter)) {
      // The reset of a limit with nothing left applies to all limiters of its unit.
      const kept = limits.filter((limit) => own.includes(limit) || limit.remaining === 0);
      report(limiter, limits.length === 0 ? feedback : { ...feedback, rateLimits: kept });
      continue;
    }
    const { unit } = limiter;
    if (unit === undefined) limiter.applyReading(readForSlots(feedback));
    else
      limiter.applyReading({
        ...readFeedback(feedback, unit),
        ...leastRemaining(own.filter((limit) => unitOf(limit) === unit)),
      });
  }
}

/** Reports to one limiter. If a limiter that is not tenax's own throws, the call does not fail. */
function report(limiter: RateLimiter, feedback: RateFeedback): void {
  if (isMember(limiter)) limiter.report?.(feedback);
  else callSafely(limiter, 'report', () => limiter.report?.(feedback));
}

/** The limiter that a limit's `remaining` lowers: the one whose refill time fits the limit's reset best. */
function loweredBy(limit: RateLimit, limiters: readonly RateLimiter[]): RateLimiter | undefined {
  const { remaining, reset } = limit;
  if (remaining === undefined) return undefined;
  const timed = limiters
    .map((limiter) => ({ limiter, time: refillTimeOf(limiter, unitOf(limit)) }))
    .filter((each): each is { limiter: RateLimiter; time: number } => each.time !== undefined)
    .sort((one, other) => one.time - other.time);
  if (reset === undefined) return timed[0]?.limiter;
  // Refill times are computed in floating point: a window of 60 s must not count as shorter than a reset of 60 s.
  return (timed.find(({ time }) => time >= reset * (1 - 1e-9)) ?? timed.at(-1))?.limiter;
}

/** The milliseconds in which a limiter recovers; undefined if it does not count this unit. */
function refillTimeOf(limiter: Reported, unit: string): number | undefined {
  const { refillTime, rate, capacity } = limiter;
  const isBucket = typeof rate === 'number' && typeof capacity === 'number';
  if (refillTime === undefined && !isBucket) return undefined;
  if (refillTime === Infinity && limiter.unit === undefined) return undefined;
  if ((limiter.unit ?? 'requests') !== unit) return undefined;
  return refillTime ?? ((capacity as number) / (rate as number)) * 1000;
}
