import { RetryError } from '../../engine/errors.js';
import type { RetryOptions } from '../../engine/options.js';
import type { RetryCallState } from '../../call/call-state.js';
import type { HttpError } from '../errors.js';

/** A call that may have got an answer. */
export interface AnsweredCall {
  readonly state: RetryCallState | undefined;
  /** The typed error of the latest answer from 400 on. */
  readonly failure: HttpError | undefined;
  /** True for an error that the call fails with, whatever answers there were. */
  isFinal(error: unknown): boolean;
}

/**
 * The answer with which a call ended: that of its typed error, or one that was accepted, a 202 for instance, which a
 * condition asked to try again until the call was given up. `undefined` for every other end, for a `RetryError` that was
 * asked for, and for an error that belongs to a hook.
 */
export function lastAnswer<Response>(
  error: unknown,
  call: AnsweredCall,
  { reraise, retryErrorClass }: RetryOptions<any>,
): Response | undefined {
  const { state, failure } = call;
  if (call.isFinal(error)) return undefined;
  if (failure !== undefined && error === failure) return failure.response as Response;
  if (reraise === false || retryErrorClass !== undefined || !(error instanceof RetryError)) return undefined;
  return error.lastAttempt === state?.outcome && !error.lastAttempt.failed
    ? (error.lastAttempt.value as Response)
    : undefined;
}
