import type { RateLimit } from '../headers/rate-limit-info.js';

/**
 * What an answer says about the rate. Clients, policies and `@Throttle` report it to their limiters after every attempt.
 */
export interface RateFeedback {
  /** The HTTP status; 429 means throttled. */
  readonly status?: number | undefined;
  /** True if the server refused because of the rate and there is no status to say so. */
  readonly throttled?: boolean | undefined;
  /** True if the attempt got no answer because it took too long. */
  readonly timedOut?: boolean | undefined;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number | undefined;
  /** What `parseRateLimit` returned. */
  readonly rateLimit?: RateLimit | undefined;
  /** What `parseRateLimits` returned: each limit with its `unit`; without one the unit is `'requests'`. */
  readonly rateLimits?: readonly RateLimit[] | undefined;
  /** When the attempt was granted, in milliseconds on the limiter's clock. */
  readonly began?: number | undefined;
}

/** Options of a wait for tokens. */
export interface AcquireOptions {
  /** Its abort ends the wait at once, with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait in milliseconds; a longer one is refused with `RateLimitTimeoutError`. Default `Infinity`. */
  readonly maxWait?: number | undefined;
  /** The priority among waiting callers; a higher one is served first. Default 0. */
  readonly priority?: number | undefined;
}

/** An object that admits work at a bounded rate. */
export interface RateLimiter {
  /** Resolves with the milliseconds waited, once `tokens` (1) are granted. */
  acquire(tokens?: number, options?: AcquireOptions): Promise<number>;
  /** Takes `tokens` (1) and returns true, if they are there now. */
  tryAcquire(tokens?: number): boolean | Promise<boolean>;
  /** Called when what was acquired is no longer in use. Concurrency limits need it. */
  release?(tokens?: number): void;
  /** Called with the real cost of an acquisition: the difference comes back or is owed. */
  settle?(acquired: number, used: number): void;
  /** Called after every attempt, so that one 429 holds back all callers of the limiter. */
  report?(feedback: RateFeedback): void;
}
