import { isBranded } from '../base/brand.js';
import type { RetryCallState } from '../call/call-state.js';
import { mapAnswer, type MaybeAsync } from './decide.js';
import { conditionOf, type RetryStrategy } from './retry-strategy.js';

/**
 * What stands behind `retryIfHttp`. It lies here, and knows HTTP errors by their brands alone, so that the core reads a
 * policy file that names these conditions without taking HTTP in.
 */

/** A status, or a class of them. */
export type StatusPattern = number | `${1 | 2 | 3 | 4 | 5}xx`;

type KnownByBrand = Parameters<typeof isBranded>[0];

const named = (name: string): KnownByBrand => ({ $brand: `tenax.${name}`, prototype: Object.freeze({}) });

interface HttpErrorLike {
  readonly status: number;
  readonly response: unknown;
}

const isHttpError = (error: unknown): error is HttpErrorLike => isBranded(named('HttpError'), error);

/** Whether an attempt ended without an answer. @internal */
export const isNetworkFailure = (error: unknown): boolean =>
  isBranded(named('NetworkError'), error) || isBranded(named('AttemptTimeoutError'), error);

/** The status of an outcome, an accepted answer's too. */
function statusOf({ outcome }: RetryCallState): number | undefined {
  if (outcome?.failed) return isHttpError(outcome.error) ? outcome.error.status : undefined;
  const status = (outcome?.value as { status?: unknown } | null | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** `retryIfHttp.status`. @internal */
export function status(...patterns: StatusPattern[]): RetryStrategy {
  if (patterns.length === 0) throw new TypeError(`retryIfHttp.status takes at least one status`);
  for (const pattern of patterns) {
    if (!/^[1-5](?:\d\d|xx)$/.test(String(pattern))) {
      throw new RangeError(
        `retryIfHttp.status takes statuses (429) and classes of them ('5xx'), got ${String(pattern)}`,
      );
    }
  }
  return conditionOf('retryIfHttp', { factory: 'status', args: patterns, form: 'list' }, (state) => {
    const got = statusOf(state);
    return got !== undefined && patterns.some((each) => each === got || each === `${Math.floor(got / 100)}xx`);
  });
}

/** `retryIfHttp.networkError`. @internal */
export const networkError = (): RetryStrategy =>
  conditionOf(
    'retryIfHttp',
    { factory: 'networkError', args: [] },
    ({ outcome }) => outcome?.failed === true && isNetworkFailure(outcome.error),
    true,
  );

/** `retryIfHttp.response`. @internal */
export const response = (test: (response: any) => MaybeAsync<boolean>): RetryStrategy =>
  conditionOf('retryIfHttp', { factory: 'response', args: [test] }, ({ outcome }) => {
    if (outcome === undefined || (outcome.failed && !isHttpError(outcome.error))) return false;
    const answer: unknown = outcome.failed ? (outcome.error as HttpErrorLike).response : outcome.value;
    return mapAnswer(test(answer), Boolean);
  });
