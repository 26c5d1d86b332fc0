import { TenaxError } from '../base/errors.js';
import { isOwnRefusal } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { countsAsRateLimit, readAnswer } from '../headers/answer.js';
import { AttemptTimeoutError, PolicyError, RetryError, TryAgain } from '../engine/errors.js';
import { isAbortError } from '../strategies/is-abort-error.js';

/** What an end of a call counts as. A neutral end says nothing about the server. */
export type Verdict = 'failure' | 'success' | 'neutral';

/** A call that was given up counts as its last attempt does. */
export function lastOutcome(outcome: Outcome): Outcome {
  let last = outcome;
  while (last.failed && last.error instanceof RetryError) last = last.error.lastAttempt;
  return last;
}

/**
 * Whether the end is neutral whatever `countIf` says: an abort, an own refusal, an attempt that the call's deadline cut off.
 *
 * @param signals those of the call; while one of them is aborted, a failure is an abort
 */
export function isNeutral(outcome: Outcome, signals: readonly (AbortSignal | undefined)[]): boolean {
  const last = lastOutcome(outcome);
  if (!last.failed) return false;
  if (isOwnRefusal(last.error) || isAbortError(last.error)) return true;
  const cutOff = timeoutOf(last.error);
  return cutOff === undefined ? signals.some(isAborted) : cutOff.limit === 'deadline';
}

/** What cut an attempt off in time: clients keep it as the cause of their `NetworkError`. */
function timeoutOf(error: unknown): AttemptTimeoutError | undefined {
  const origin: unknown = error instanceof TenaxError && !(error instanceof AttemptTimeoutError) ? error.cause : error;
  return origin instanceof AttemptTimeoutError ? origin : undefined;
}

/** An attempt that was cut off in time has an aborted signal too; its own error says by what. */
const isAborted = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && !(signal.reason instanceof AttemptTimeoutError);

/** What counts without a `countIf`: see the table in docs/when-a-server-is-down.md. */
export function defaultVerdict(outcome: Outcome): Verdict {
  const last = lastOutcome(outcome);
  if (last.failed && (last.error instanceof TryAgain || last.error instanceof PolicyError)) return 'neutral';
  const answer = readAnswer(last);
  const { status } = answer;
  // A value with a field `status` may be anything; an answer has headers too.
  if (status === undefined || (!last.failed && answer.headers === undefined)) {
    return outcome.failed ? 'failure' : 'success';
  }
  if (status >= 500) return 'failure';
  return status === 408 || status === 425 || countsAsRateLimit(answer) ? 'neutral' : 'success';
}
