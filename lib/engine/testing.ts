import { processContext, type ProcessContext } from '../base/process-context.js';
import type { Policy } from './policy.js';

/** What `setTesting` asks of the calls under a policy: nothing of those that only show what the policy does without it. */
export const testingOf = ({ simulated }: Policy): ProcessContext['testing'] =>
  simulated ? undefined : processContext.testing;
