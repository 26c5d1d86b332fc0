import type { RetryCallState } from '../call/call-state.js';

/** The time that the server named for the outcome of the last attempt, in milliseconds, if it named one. */
export function serverDelay(state: RetryCallState): number | undefined {
  const error: unknown = state.outcome?.failed ? state.outcome.error : undefined;
  if (typeof error !== 'object' || error === null) return undefined;
  const { retryAfter } = error as { retryAfter?: unknown };
  return typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined;
}
