import type { RateLimit } from '../headers/rate-limit-info.js';

/**
 * What a server's answer says about limits. Clients, policies and `@Throttle` report it to their limiters after every attempt.
 */
export interface RateFeedback {
  /** The HTTP status; 429 means throttled. */
  readonly status?: number | undefined;
  /** True if the server refused because of a limit, but the status does not say so. */
  readonly throttled?: boolean | undefined;
  /** True if the attempt got no answer because it took too long. */
  readonly timedOut?: boolean | undefined;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number | undefined;
  /** The tightest limit, as `parseRateLimit` returns it. */
  readonly rateLimit?: RateLimit | undefined;
  /** All limits, as `parseRateLimits` returns them. A limit without a `unit` counts `'requests'`. */
  readonly rateLimits?: readonly RateLimit[] | undefined;
  /** When the attempt was granted, in milliseconds on the limiter's clock. */
  readonly began?: number | undefined;
}

/** Options of `acquire`. */
export interface AcquireOptions {
  /** Ends the wait when it aborts: `acquire` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait in milliseconds; a longer one is refused with `RateLimitTimeoutError`. Default `Infinity`. */
  readonly maxWait?: number | undefined;
  /** The priority among waiting callers; a higher one is served first. Default 0. */
  readonly priority?: number | undefined;
}

/**
 * An object that limits how much work starts. `acquire` and `tryAcquire` are enough for a limiter of your own.
 *
 * @example
 * ```ts
 * import { retry, stop, type RateLimiter } from 'tenax';
 *
 * const slow: RateLimiter = {
 *   acquire: async () => {
 *     await new Promise((resolve) => setTimeout(resolve, 10));
 *     return 10;
 *   },
 *   tryAcquire: () => false,
 * };
 * await retry(async () => 'done', { limiter: slow, stop: stop.afterAttempt(2) })();
 * ```
 */
export interface RateLimiter {
  /** Resolves with the milliseconds waited, once `tokens` (1) are granted. */
  acquire(tokens?: number, options?: AcquireOptions): Promise<number>;
  /** Takes `tokens` (1) and returns true, if they are there now. Otherwise takes nothing and returns false. */
  tryAcquire(tokens?: number): boolean | Promise<boolean>;
  /** Called when what was acquired is no longer in use. Limits of concurrency need it. */
  release?(tokens?: number): void;
  /** Called with the real cost of an acquisition. The difference comes back or is owed. */
  settle?(acquired: number, used: number): void;
  /** Called after every attempt, so that one 429 holds back all callers of the limiter. */
  report?(feedback: RateFeedback): void;
}
