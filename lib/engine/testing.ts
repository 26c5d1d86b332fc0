import { processState, type ProcessState } from '../base/process-state.js';
import type { Policy } from './policy.js';

/** What `setTesting` asks of the calls under a policy: nothing of those that only show what the policy does without it. */
export const testingOf = ({ simulated }: Policy): ProcessState['testing'] =>
  simulated ? undefined : processState.testing;
