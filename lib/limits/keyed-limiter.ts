import { formatValue } from '../base/check.js';
import type { RateLimiter } from './rate-limiter.js';

/**
 * Answers which limiter a request goes to: `TokenBuckets`, or anything of one's own. It stands wherever a limiter is
 * taken. HTTP clients hand in their request, `before.acquire` the call's state, `@Throttle` a `ThrottledCall`.
 */
export interface KeyedLimiter<Request = any> {
  /** The limiter of this request. Asked anew for every attempt and for every answer: do not keep what it answers. */
  for(request: Request): RateLimiter;
}

/** One limiter for all, or one for each key. */
export type LimiterLike<Request = any> = RateLimiter | KeyedLimiter<Request>;

const isKeyed = (limiter: object): limiter is KeyedLimiter =>
  typeof (limiter as Partial<KeyedLimiter>).for === 'function';

/** The limiter that a request goes to. */
export const limiterFor = (limiter: LimiterLike, request: unknown): RateLimiter =>
  isKeyed(limiter) ? limiter.for(request) : limiter;

/** @throws TypeError for what is no limiter. */
export function checkLimiter(where: string, value: unknown): LimiterLike {
  const given = value as (Partial<RateLimiter> & Partial<KeyedLimiter>) | null | undefined;
  if (typeof given?.acquire !== 'function' && typeof given?.for !== 'function') {
    throw new TypeError(`${where} takes a rate limiter (new TokenBucket({ rate: 10 })), got ${formatValue(value)}`);
  }
  return value as LimiterLike;
}
