import type { RateLimit } from '../headers/rate-limit-info.js';

/** What an answer said about the rate. Clients, policies and `@Throttle` report it to their limiters after every attempt. */
export interface RateFeedback {
  /** The HTTP status; 429 means throttled. */
  readonly status?: number | undefined;
  /** Whether the server refused because of the rate, where no status says so. */
  readonly throttled?: boolean | undefined;
  /** Whether the attempt ended without an answer because it took too long. */
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
  /** Ends the wait at once with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait in milliseconds; a longer one is refused with `RateLimitTimeoutError`. Default `Infinity`. */
  readonly maxWait?: number | undefined;
  /** The place among the callers that wait; higher is served first. Default 0. */
  readonly priority?: number | undefined;
}

/** Anything that admits work at a bounded rate. */
export interface RateLimiter {
  /** Resolves once `tokens` (1) are granted, with the milliseconds waited. */
  acquire(tokens?: number, options?: AcquireOptions): Promise<number>;
  /** Takes `tokens` (1) if they are there at once. */
  tryAcquire(tokens?: number): boolean | Promise<boolean>;
  /** What was acquired is no longer in use. Limits of concurrency need it. */
  release?(tokens?: number): void;
  /** What an acquisition really cost: the rest comes back, or is owed. */
  settle?(acquired: number, used: number): void;
  /** Called after every attempt, so that one 429 holds back all who share the limiter. */
  report?(feedback: RateFeedback): void;
}
