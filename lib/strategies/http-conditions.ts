import { isBranded } from '../base/brand.js';
import type { RetryCallState } from '../call/call-state.js';

/**
 * What stands behind `retryIfHttp`. It lies here, and knows HTTP errors by their brands alone, so that the core reads a
 * policy file that names these conditions without taking HTTP in.
 */

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
export function statusOf({ outcome }: RetryCallState): number | undefined {
  if (outcome?.failed) return isHttpError(outcome.error) ? outcome.error.status : undefined;
  const status = (outcome?.value as { status?: unknown } | null | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** The answer that an attempt ended with, accepted or as an HTTP error; `undefined` if it ended otherwise. */
export function answerOf({ outcome }: RetryCallState): { readonly response: unknown } | undefined {
  if (outcome === undefined || (outcome.failed && !isHttpError(outcome.error))) return undefined;
  return { response: outcome.failed ? (outcome.error as HttpErrorLike).response : outcome.value };
}
