import { isOwnRefusal } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { countsAsRateLimit, readAnswer, shouldRetryHeader, type Answer } from '../headers/answer.js';
import { networkFailure } from '../headers/network-failure.js';

/** Whether an attempt is retried: always, only if the request may be sent twice, or never. */
export type TableEntry = 'always' | 'ifRepeatable' | 'never';

/** Whether an answer with this status and these headers is retried by default. */
export function entryOfAnswer(answer: Pick<Answer, 'status' | 'headers' | 'retryAfter'>): TableEntry {
  const said = shouldRetryHeader(answer);
  if (said !== undefined) return said ? 'always' : 'never';
  if (countsAsRateLimit(answer)) return 'always';
  const { status = 0 } = answer;
  return status >= 500 || status === 408 || status === 425 ? 'ifRepeatable' : 'never';
}

/**
 * Whether an outcome is retried by default, whichever client it came through. A failure is `ifRepeatable` even if the request
 * was certainly never sent; `wasNeverSent` decides that.
 */
export function entryOf(outcome: Outcome): TableEntry {
  const answer = readAnswer(outcome);
  // A value counts as an answer if it has headers.
  if (!outcome.failed) return answer.headers ? entryOfAnswer(answer) : 'never';
  if (isOwnRefusal(outcome.error)) return 'never';
  if (answer.status !== undefined) return entryOfAnswer(answer);
  return networkFailure(outcome.error)?.retryable === true ? 'ifRepeatable' : 'never';
}
