import { TenaxError } from '../base/errors.js';

/** What a refusal is made from. @internal */
export interface CircuitOpenInit {
  readonly breaker: string | undefined;
  /** What the breaker does instead: "is open, next try in 10.0 s". */
  readonly what: string;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A {@link CircuitBreaker} refused a call: the function was not called and the request was not sent. It is not retried by
 * default. If your `retryIf` accepts it, `wait.retryAfter` waits for exactly `retryAfter`.
 */
export class CircuitOpenError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.CircuitOpenError';
  readonly code = 'TENAX_CIRCUIT_OPEN';
  /** The name of the breaker. */
  readonly breaker: string | undefined;
  /** Milliseconds until the next probe; `undefined` while half-open and under a hold. */
  readonly retryAfter: number | undefined;

  constructor({ breaker, what, retryAfter, cause }: CircuitOpenInit) {
    super(`the circuit breaker${named(breaker)} ${what}`, cause === undefined ? undefined : { cause });
    this.breaker = breaker;
    this.retryAfter = retryAfter;
  }
}

/** A name within a sentence. @internal */
export const named = (name: string | undefined): string => (name === undefined || name === '' ? '' : ` ${name}`);

/** `10.0 s`. @internal */
export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
