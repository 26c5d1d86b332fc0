import { TenaxError } from '../base/errors.js';

/**
 * A limiter refused a caller: at once, because the wait would have been longer than `maxWait`, or when that time was over.
 * Nothing was taken.
 *
 * @example
 * ```ts
 * import { RateLimitTimeoutError, TokenBucket } from 'tenax';
 *
 * const bucket = new TokenBucket({ rate: 1, initial: 0 });
 * try {
 *   await bucket.acquire(1, { maxWait: 100 });
 * } catch (error) {
 *   console.assert(error instanceof RateLimitTimeoutError && error.maxWait === 100);
 * }
 * ```
 */
export class RateLimitTimeoutError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.RateLimitTimeoutError';
  readonly code = 'TENAX_LIMITER_TIMEOUT';
  /** Milliseconds that the caller would have waited at least; `Infinity` if no end was in sight. */
  readonly wait: number;
  /** The longest wait in milliseconds: the caller's `maxWait`, or the time left until its call's deadline. */
  readonly maxWait: number;

  constructor(wait: number, maxWait: number) {
    const longest = `${Math.floor(maxWait)} ms (maxWait, or the time left until the deadline)`;
    super(
      wait > maxWait && wait < Infinity
        ? `the rate limiter grants this in ${Math.ceil(wait)} ms at the earliest, but the caller waits at most ${longest}`
        : `the rate limiter cannot grant this within ${longest}`,
    );
    this.wait = wait;
    this.maxWait = maxWait;
  }
}

/**
 * A shared limiter could not reach its store or server, and does not continue without it (`onUnavailable: 'local'`). `cause`
 * is the error of the client, if there is one.
 */
export class LimiterUnavailableError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.LimiterUnavailableError';
  readonly code = 'TENAX_LIMITER_UNAVAILABLE';

  readonly #reason: string;

  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(`the shared rate limiter is unavailable: ${reason}`, options);
    this.#reason = reason;
  }

  /** A copy for another caller. @internal */
  copy(): LimiterUnavailableError {
    return new LimiterUnavailableError(this.#reason, this.cause === undefined ? undefined : { cause: this.cause });
  }
}

/**
 * A limiter refused a caller, because `maxPending` callers already wait. Nothing was taken.
 *
 * @example
 * ```ts
 * import { LimiterFullError, TokenBucket } from 'tenax';
 *
 * const bucket = new TokenBucket({ rate: 1, initial: 0, maxPending: 0 });
 * await bucket.acquire().catch((error) => console.assert(error instanceof LimiterFullError));
 * ```
 */
export class LimiterFullError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.LimiterFullError';
  readonly code = 'TENAX_LIMITER_FULL';
  /** The most callers that may wait. */
  readonly maxPending: number;

  constructor(maxPending: number) {
    super(
      maxPending === 0
        ? 'the rate limiter has nothing to grant now, and no caller may wait (maxPending: 0)'
        : `as many callers wait for the rate limiter as its maxPending allows: ${maxPending}`,
    );
    this.maxPending = maxPending;
  }
}
