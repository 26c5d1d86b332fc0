import { TenaxError } from '../base/errors.js';

/** The arguments of a refusal. @internal */
export interface CircuitOpenInit {
  readonly breaker: string | undefined;
  /** The rest of the message, after the breaker's name: "is open, next try in 10.0 s". */
  readonly what: string;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A {@link CircuitBreaker} refused a call: the function was not called and the request was not sent. It is not retried by
 * default. If your `retryIf` accepts it, `wait.retryAfter` waits for exactly `retryAfter`. `cause` is the failure that opened
 * the breaker, or the reason of a hold.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitOpenError } from 'tenax';
 *
 * const breaker = new CircuitBreaker({ name: 'api.example.com' });
 * breaker.hold('maintenance');
 * const error = await breaker.run(async () => 'not called').catch((thrown) => thrown);
 * console.assert(error instanceof CircuitOpenError && error.cause === 'maintenance');
 * ```
 */
export class CircuitOpenError extends TenaxError {
  /** @internal */
  static override readonly $brand: string = 'tenax.CircuitOpenError';
  readonly code = 'TENAX_CIRCUIT_OPEN';
  /** The name of the breaker. */
  readonly breaker: string | undefined;
  /** Milliseconds until the next probe; undefined while half-open and during a hold. */
  readonly retryAfter: number | undefined;

  constructor({ breaker, what, retryAfter, cause }: CircuitOpenInit) {
    super(`the circuit breaker${named(breaker)} ${what}`, cause === undefined ? undefined : { cause });
    this.breaker = breaker;
    this.retryAfter = retryAfter;
  }
}

/** A space and the name, for messages; empty without a name. @internal */
export const named = (name: string | undefined): string => (name === undefined || name === '' ? '' : ` ${name}`);

/** Formats milliseconds as `10.0 s`. @internal */
export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
