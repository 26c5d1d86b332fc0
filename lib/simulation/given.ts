import type { RetryOptions } from '../engine/options.js';
import { Retrying } from '../engine/retrying.js';
import type { Invocation } from '../call/call-state.js';

/** The options of a policy, in whichever form it is given. */
export const optionsOf = (policy: RetryOptions<any> | Retrying): RetryOptions<any> =>
  policy instanceof Retrying ? policy.options : policy;

/** A call that nobody makes: its strategies alone are asked. */
export const NOBODY: Invocation = { fn: () => undefined, naming: 'simulated', self: undefined, args: [] };
