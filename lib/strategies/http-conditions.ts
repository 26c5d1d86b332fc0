import { isOwnRefusal } from '../call/gate.js';
import type { RetryCallState } from '../call/call-state.js';
import { readAnswer } from '../headers/answer.js';
import { networkFailure } from '../headers/network-failure.js';

/**
 * What is behind `retryIfHttp`. It is here, and reads any client's answers, so that `policyFromJSON` can build these
 * conditions without `tenax/http`.
 */

/** True for a network error that another try can help: not for certificates, arguments, refusals of a limiter. @internal */
export const isNetworkFailure = (error: unknown): boolean =>
  !isOwnRefusal(error) && networkFailure(error)?.retryable === true;

/** The status of an outcome, an accepted answer's too. */
export const statusOf = ({ outcome }: RetryCallState): number | undefined => readAnswer(outcome).status;

/** The answer that an attempt ended with, accepted or as an error of any client; `undefined` if it ended otherwise. */
export function answerOf({ outcome }: RetryCallState): { readonly response: unknown } | undefined {
  if (outcome === undefined) return undefined;
  if (!outcome.failed) return { response: outcome.value };
  const answer = readAnswer(outcome);
  return answer.status === undefined ? undefined : answer;
}
