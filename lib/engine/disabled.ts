import { RetryCallState, type RetryingOfCall } from '../call/call-state.js';
import { ATTEMPT, Attempt } from './attempt.js';
import type { AnyFunction } from './wrap.js';

/** The state of a call under `enabled: false`. */
export function idleState(retrying: RetryingOfCall, fn: AnyFunction, naming: string): RetryCallState {
  const { clock, random } = retrying.policy;
  return new RetryCallState(retrying, { fn, naming, self: undefined, args: ATTEMPT }, clock.now(), random);
}

/** A call under `enabled: false`: calls the function, and does nothing else. */
export async function callPlainly(
  retrying: RetryingOfCall,
  self: unknown,
  fn: AnyFunction,
  args: readonly unknown[],
): Promise<unknown> {
  const passed = args === ATTEMPT ? [new Attempt(idleState(retrying, fn, retrying.nameOf(fn)))] : args;
  return fn.apply(self, passed as never[]);
}
