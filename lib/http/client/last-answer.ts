import { RetryError } from '../../engine/errors.js';
import type { RetryOptions } from '../../engine/options.js';
import type { RetryCallState } from '../../call/call-state.js';
import type { HttpError } from '../errors.js';

/** A request that may have been answered. */
export interface AnsweredCall {
  readonly state?: RetryCallState | undefined;
  /** The error that was made of the last answer, if it was none that is accepted. */
  failure?: HttpError | undefined;
}

/**
 * The answer with which a call ended: of the error that was made of it, or an accepted one, a 202 for instance, that a
 * condition asked to try again until the call was given up. `undefined` for every other end, where a RetryError was asked
 * for, and for errors that `beforeAttempt` threw: those are of requests of its own.
 */
export function lastAnswer(
  error: unknown,
  { state, failure }: AnsweredCall,
  { reraise, retryErrorClass }: RetryOptions<any>,
): unknown {
  if (failure !== undefined && error === failure) return failure.response;
  if (reraise === false || retryErrorClass !== undefined || !(error instanceof RetryError)) return undefined;
  return error.lastAttempt === state?.outcome && !error.lastAttempt.failed ? error.lastAttempt.value : undefined;
}
