import { AttemptTimeoutError } from '../engine/errors.js';
import type { RetryCallState } from '../state/call-state.js';
import { retryIf, type RetryStrategy } from '../strategies/retry-if.js';
import { toRetry } from '../strategies/retry-if.js';
import { HttpError, NetworkError } from './errors.js';

/** A status, or a class of them. */
export type StatusPattern = number | `${1 | 2 | 3 | 4 | 5}xx`;

/** The status of an outcome, an accepted answer's too. */
function statusOf(state: RetryCallState): number | undefined {
  const { outcome } = state;
  if (outcome?.failed) return outcome.error instanceof HttpError ? outcome.error.status : undefined;
  const status = (outcome?.value as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Whether an outcome is an attempt without an answer. @internal */
export const isNetworkFailure = (error: unknown): boolean =>
  error instanceof NetworkError || error instanceof AttemptTimeoutError;

/** Retry conditions that know HTTP. */
export const retryIfHttp = {
  /** Answers with one of these statuses: `status(429, '5xx')`. */
  status(...patterns: StatusPattern[]): RetryStrategy {
    for (const pattern of patterns) {
      if (!/^[1-5](?:\d\d|xx)$/.test(String(pattern))) {
        throw new RangeError(
          `retryIfHttp.status takes statuses (429) and classes of them ('5xx'), got ${String(pattern)}`,
        );
      }
    }
    return toRetry('retryIf', function status(state: RetryCallState) {
      const got = statusOf(state);
      return got !== undefined && patterns.some((each) => each === got || each === `${Math.floor(got / 100)}xx`);
    });
  },

  /** No answer at all: connection, timeout, a stalled or truncated body. */
  networkError: (): RetryStrategy => retryIf.exception(isNetworkFailure),

  /** Answers for which `test` holds, accepted ones too. */
  response(test: (response: any) => boolean | Promise<boolean>): RetryStrategy {
    return toRetry('retryIf', function response({ outcome }: RetryCallState) {
      if (outcome?.failed) return outcome.error instanceof HttpError && test(outcome.error.response);
      return outcome !== undefined && test(outcome.value);
    });
  },
};
