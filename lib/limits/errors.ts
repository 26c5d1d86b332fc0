import { TenaxError } from '../base/errors.js';

/**
 * A wait for a limiter was refused: at once, because it would have been longer than `maxWait`, or when that time was up.
 * Nothing was taken.
 */
export class RateLimitTimeoutError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.RateLimitTimeoutError';
  readonly code = 'TENAX_LIMITER_TIMEOUT';
  /** Milliseconds that the caller would have waited. */
  readonly wait: number;
  /** Milliseconds that the caller was ready to wait. */
  readonly maxWait: number;

  constructor(wait: number, maxWait: number) {
    super(
      wait > maxWait && wait < Infinity
        ? `the rate limiter would grant this in ${Math.ceil(wait)} ms, and maxWait is ${maxWait} ms`
        : `the rate limiter cannot grant this within maxWait, which is ${maxWait} ms`,
    );
    this.wait = wait;
    this.maxWait = maxWait;
  }
}

/** A shared limiter could not reach its server, and its option `onUnavailable` is `'throw'`. */
export class LimiterUnavailableError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.LimiterUnavailableError';
  readonly code = 'TENAX_LIMITER_UNAVAILABLE';

  readonly #reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`the shared rate limiter is unavailable: ${reason}`, options);
    this.#reason = reason;
  }

  /** The same for another caller. @internal */
  copy(): LimiterUnavailableError {
    return new LimiterUnavailableError(this.#reason, this.cause === undefined ? undefined : { cause: this.cause });
  }
}

/** A limiter already has `maxPending` waiting callers. Nothing was taken. */
export class LimiterFullError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.LimiterFullError';
  readonly code = 'TENAX_LIMITER_FULL';
  /** How many callers may wait. */
  readonly maxPending: number;

  constructor(maxPending: number) {
    super(
      maxPending === 0
        ? 'the rate limiter has nothing to grant now, and no caller may wait (maxPending: 0)'
        : `the rate limiter has ${maxPending} waiting callers, which is its maxPending`,
    );
    this.maxPending = maxPending;
  }
}
