import { RetryError } from '../engine/errors.js';
import type { RetryOptions } from '../engine/options.js';

/**
 * The accepted answer with which a call was given up, a 202 for instance that a condition asked to try again: a client
 * hands it on, as a request without a policy would. `undefined` for every other end, and where a RetryError was asked for.
 */
export function lastAnswer(error: unknown, { reraise, retryErrorClass }: RetryOptions<any>): unknown {
  if (!(error instanceof RetryError) || reraise === false || retryErrorClass !== undefined) return undefined;
  return error.lastAttempt.failed ? undefined : error.lastAttempt.value;
}
