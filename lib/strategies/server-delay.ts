import type { RetryCallState } from '../call/call-state.js';
import { readAnswer } from '../headers/answer.js';

/**
 * Milliseconds that the server asked to wait after the last attempt, whichever client made it; `undefined` if it named no
 * time. A time of 0, or in the past, counts only for the first retry of a call, so that no caller hammers the server.
 *
 * @internal
 */
export function serverDelay({ outcome, attemptNumber }: RetryCallState): number | undefined {
  const { retryAfter } = readAnswer(outcome);
  return retryAfter === 0 && attemptNumber > 1 ? undefined : retryAfter;
}
