import type { RateLimitInfo } from '../headers/rate-limit-info.js';

/** What an answer said about the rate: HTTP clients of tenax report it to their limiter after every attempt. */
export interface RateFeedback {
  /** The HTTP status; 429 means throttled. */
  readonly status?: number;
  /** Whether the server refused for the rate's sake, where no status says so. */
  readonly throttled?: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number;
  readonly rateLimit?: RateLimitInfo;
}

/** Options of a wait for tokens. */
export interface AcquireOptions {
  /** Ends the wait at once with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; a wait that would take longer is refused at once with `RateLimitTimeoutError`. */
  readonly maxWait?: number | undefined;
}

/** Anything that admits work at a bounded rate. */
export interface RateLimiter {
  /** Resolves once `tokens` (1) are granted, with the milliseconds waited. */
  acquire(tokens?: number, options?: AcquireOptions): Promise<number>;
  /** Takes `tokens` (1) if they are there at once. */
  tryAcquire(tokens?: number): boolean | Promise<boolean>;
  /** Told of every answer, so that one 429 holds back all who share the limiter. */
  report?(feedback: RateFeedback): void;
}
