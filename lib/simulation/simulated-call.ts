import { formatValue } from '../base/check.js';
import type { RetryOptions } from '../engine/options.js';
import type { Policy } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import type { Invocation } from '../call/call-state.js';
import { attemptsNamed, canStop } from '../strategies/bounds.js';

/**
 * The options of a policy, which may be a `Retrying`.
 *
 * @throws TypeError for anything but an object.
 */
export function optionsOf(policy: RetryOptions<any> | Retrying): RetryOptions<any> {
  if (typeof policy !== 'object' || (policy as unknown) === null) {
    throw new TypeError(`the policy takes the options of a Retrying or a Retrying itself, got ${formatValue(policy)}`);
  }
  return policy instanceof Retrying ? policy.options : policy;
}

/** A call with more attempts than this counts as endless, unless its stop names a larger number. */
const ENDLESS = 10_000;
/** The same for a policy that can never stop. */
const ENDLESS_FOR_SURE = 1000;

/** The number of attempts from which a call of this policy counts as endless. */
export const endlessFrom = ({ stop, deadline }: Policy): number =>
  Math.max(canStop(stop) || deadline < Infinity ? ENDLESS : ENDLESS_FOR_SURE, attemptsNamed(stop) + 1);

/** The invocation of a simulated call, whose function never runs. */
export const SIMULATED: Invocation = { fn: () => undefined, naming: 'simulated', self: undefined, args: [] };
