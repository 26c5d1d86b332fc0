import { untilAborted } from '../base/abort.js';
import type { RetryCallState } from '../call/call-state.js';
import { PolicyError } from './errors.js';
import type { Policy } from './policy.js';

/** What a sleep needs of its call. */
interface SleepingCall {
  readonly policy: Policy;
  readonly state: RetryCallState;
  readonly signal: AbortSignal | undefined;
  lastError(): unknown;
}

/** Sleeps with the user's `sleep` or `clock`. An abort ends the sleep even if they ignore the signal. */
export async function customSleep(call: SleepingCall): Promise<void> {
  const { state, policy, signal } = call;
  const { sleep = (ms: number, abort?: AbortSignal) => policy.clock.sleep(ms, abort) } = policy;
  try {
    await untilAborted(sleep(state.upcomingSleep, signal), signal);
  } catch (error) {
    throw new PolicyError('sleep', state.fnName, error, call.lastError());
  }
}
