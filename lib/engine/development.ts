import { warn } from '../base/host.js';
import { traitOf } from '../strategies/strategy.js';
import type { Policy } from './policy.js';
import type { RetryOptions } from './options.js';

/** What is dangerous in a policy, as far as a glance tells; `lintPolicy` looks closer. */
function* dangers({ wait, deadline, attemptTimeout }: Policy, given: RetryOptions<any>): Generator<string> {
  if (given.stop === undefined && deadline === Infinity && given.signal === undefined) {
    yield 'it never gives up; name stop or deadline, or say stop: stop.never if that is meant';
  }
  if (attemptTimeout !== Infinity && attemptTimeout > deadline) {
    yield `an attempt may take ${attemptTimeout} ms (attemptTimeout), the whole call only ${deadline} ms (deadline)`;
  }
  const pause = traitOf(wait, 'constant') ?? 0;
  if (pause > deadline) {
    yield `it waits ${pause} ms, but the call ends after ${deadline} ms: there is no second attempt`;
  }
}

/** Warns once for each policy about what is dangerous in it (code TENAX_LINT). Called where NODE_ENV is "development". */
export function warnInDevelopment(policy: Policy, given: RetryOptions<any>): void {
  if (!policy.enabled) return;
  const name = policy.name === undefined ? 'a policy' : `the policy ${policy.name}`;
  for (const danger of dangers(policy, given)) warn('TENAX_LINT', `${name}: ${danger}; lintPolicy tells more`);
}
