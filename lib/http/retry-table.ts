import { isOwnRefusal } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { countsAsRateLimit, readAnswer, shouldRetryHeader, type Answer } from '../headers/answer.js';
import { networkFailure } from '../headers/network-failure.js';

/** Whether an attempt is tried again: in any case, only if the request may be sent twice, or not at all. */
export type TableEntry = 'always' | 'ifRepeatable' | 'never';

/** What the table of answers says about a status and its headers. */
export function entryOfAnswer(answer: Pick<Answer, 'status' | 'headers' | 'retryAfter'>): TableEntry {
  const said = shouldRetryHeader(answer);
  if (said !== undefined) return said ? 'always' : 'never';
  if (countsAsRateLimit(answer)) return 'always';
  const { status = 0 } = answer;
  return status >= 500 || status === 408 || status === 425 ? 'ifRepeatable' : 'never';
}

/**
 * Which answers and failures are tried again by default, whichever client they came through. A failure is `ifRepeatable`
 * even if the request was certainly never sent: `wasNeverSent` knows that.
 */
export function entryOf(outcome: Outcome): TableEntry {
  const answer = readAnswer(outcome);
  // A value is an answer if it has headers.
  if (!outcome.failed) return answer.headers ? entryOfAnswer(answer) : 'never';
  if (isOwnRefusal(outcome.error)) return 'never';
  if (answer.status !== undefined) return entryOfAnswer(answer);
  return networkFailure(outcome.error)?.retryable === true ? 'ifRepeatable' : 'never';
}
