import type { RetryOptions } from '../engine/options.js';
import { Retrying } from '../engine/retrying.js';
import type { Invocation } from '../call/call-state.js';

/** The options of a policy, which may be a `Retrying`. */
export const optionsOf = (policy: RetryOptions<any> | Retrying): RetryOptions<any> =>
  policy instanceof Retrying ? policy.options : policy;

/** The invocation of a simulated call, whose function never runs. */
export const SIMULATED: Invocation = { fn: () => undefined, naming: 'simulated', self: undefined, args: [] };
