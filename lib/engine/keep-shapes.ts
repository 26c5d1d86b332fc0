import type { RetryingOfCall } from '../call/call-state.js';
import { Call } from './call.js';
import type { RetryOptions } from './options.js';
import type { PolicyInternals } from './policy.js';

/** A call that is never made. */
export let dormant: Call<unknown> | undefined;

/**
 * While one call lives, V8 keeps the code that it has compiled for calls. Without it, each collection while nothing is
 * retried throws that code away, and the next retries take three times as long (`bench/scenarios/failures-short.mjs`).
 */
export function keepShapes(policyOf: (options: RetryOptions, internals: PolicyInternals) => RetryingOfCall): void {
  dormant ??= new Call<unknown>(policyOf({}, { quiet: true }), {
    fn: () => undefined,
    naming: 'dormant',
    self: undefined,
    args: [],
  });
}
