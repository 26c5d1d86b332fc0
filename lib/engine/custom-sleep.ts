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

/** Sleeps as the user says. Such a sleep may ignore the signal: an abort ends it all the same. */
export async function customSleep(call: SleepingCall): Promise<void> {
  const { state, policy, signal } = call;
  const { sleep = (ms: number, abort?: AbortSignal) => policy.clock.sleep(ms, abort) } = policy;
  try {
    await untilAborted(sleep(state.upcomingSleep, signal), signal);
  } catch (error) {
    throw new PolicyError('sleep', state.fnName, error, call.lastError());
  }
}
