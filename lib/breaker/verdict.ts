import { TenaxError } from '../base/errors.js';
import { isOwnRefusal } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { countsAsRateLimit, readAnswer } from '../headers/answer.js';
import { AttemptTimeoutError, PolicyError, RetryError, TryAgain } from '../engine/errors.js';
import { isAbortError } from '../strategies/is-abort-error.js';

/** How an outcome counts. A neutral outcome says nothing about the server. */
export type Verdict = 'failure' | 'success' | 'neutral';

/** The outcome that counts: for a call with a `RetryError`, that of its last attempt. */
export function lastOutcome(outcome: Outcome): Outcome {
  let last = outcome;
  while (last.failed && last.error instanceof RetryError) last = last.error.lastAttempt;
  return last;
}

/**
 * Whether an outcome is neutral whatever `countIf` says: an abort, a refusal by a limiter or breaker, or an attempt that the
 * call's deadline cut off.
 *
 * @param signals The call's signals. If one of them has aborted, a failure counts as an abort.
 */
export function isNeutral(outcome: Outcome, signals: readonly (AbortSignal | undefined)[]): boolean {
  const last = lastOutcome(outcome);
  if (!last.failed) return false;
  if (isOwnRefusal(last.error) || isAbortError(last.error)) return true;
  const cutOff = timeoutOf(last.error);
  return cutOff === undefined ? signals.some(isAborted) : cutOff.limit === 'deadline';
}

/** The timeout that cut an attempt off. Clients keep it as the cause of their `NetworkError`. */
function timeoutOf(error: unknown): AttemptTimeoutError | undefined {
  const origin: unknown = error instanceof TenaxError && !(error instanceof AttemptTimeoutError) ? error.cause : error;
  return origin instanceof AttemptTimeoutError ? origin : undefined;
}

/** Whether a signal has aborted for another reason than a timeout, which has its own error. */
const isAborted = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && !(signal.reason instanceof AttemptTimeoutError);

/** How an outcome counts without a `countIf`; see the table in docs/when-a-server-is-down.md. */
export function defaultVerdict(outcome: Outcome): Verdict {
  const last = lastOutcome(outcome);
  if (last.failed && (last.error instanceof TryAgain || last.error instanceof PolicyError)) return 'neutral';
  const answer = readAnswer(last);
  const { status } = answer;
  // A value with a field `status` is an answer only if it also has headers.
  if (status === undefined || (!last.failed && answer.headers === undefined)) {
    return outcome.failed ? 'failure' : 'success';
  }
  if (status >= 500) return 'failure';
  return status === 408 || status === 425 || countsAsRateLimit(answer) ? 'neutral' : 'success';
}
