import type { RetryCallState } from '../call/call-state.js';
import type { StopReason } from './errors.js';
import type { Policy } from './policy.js';
import { testingOf } from './testing.js';

/** Why no further attempt is made, if so. `stop` comes first; the budget last, since asking spends it. */
export function stopReasonOf(stopped: boolean, state: RetryCallState, policy: Policy): StopReason | undefined {
  if (stopped || state.attemptNumber >= (testingOf(policy)?.attempts ?? Infinity)) return 'stop';
  if (state.upcomingSleep === Infinity) return 'wait';
  if (policy.deadline !== Infinity) {
    const passed = policy.clock.now() - state.startTime;
    if (passed >= policy.deadline || passed + state.upcomingSleep > policy.deadline) return 'deadline';
  }
  if (policy.budget?.tryRetry() === false) return 'budget';
  return undefined;
}
