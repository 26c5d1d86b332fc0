import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import { firstDecisive } from './decide.js';
import type { Declaration, Option } from './declaration.js';

/** The declaration of an `any` or `all`: its members are asked in order until one decides. */
export const combination = <M>(
  family: string,
  combines: 'any' | 'all',
  list: Option<M, unknown>,
  ask: (member: M, state: RetryCallState) => MaybeAsync<boolean>,
): Declaration & { readonly test: (...members: M[]) => (state: RetryCallState) => MaybeAsync<boolean> } => ({
  name: `${family}.${combines}`,
  list,
  flat: true,
  combines,
  test:
    (...members) =>
    (state) =>
      firstDecisive(members, combines === 'any', (member) => ask(member, state)),
});
