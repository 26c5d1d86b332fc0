import type { RetryCallState } from './call-state.js';
import type { Outcome } from './outcome.js';

/**
 * The state of a call right after an attempt: `outcome` and `elapsed` are present. It is what `stop`, `wait`, `retryIf`,
 * `after`, `beforeSleep`, `retryErrorCallback` and `fallback` receive.
 *
 * @example
 * import { stop, type JudgedState } from 'tenax';
 *
 * const tooLate = (state: JudgedState): boolean => state.outcome.failed && state.elapsed > 5000;
 * console.log(String(stop.any(tooLate, stop.afterAttempt(3)))); // stop.any(tooLate, stop.afterAttempt(3))
 */
export interface JudgedState<T = unknown> extends RetryCallState<T> {
  /** How the attempt ended. */
  outcome: Outcome<T>;
  /** Milliseconds from the start of the call to the end of the attempt. */
  readonly elapsed: number;
}
