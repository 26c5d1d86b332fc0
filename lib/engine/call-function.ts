import { channels } from '../base/channels.js';
import { processContext } from '../base/process-context.js';
import type { RetryCallState } from '../call/call-state.js';
import { underSignal } from '../base/running-signal.js';
import type { MaybeAsync } from '../strategies/decide.js';
import { Attempt } from './attempt.js';
import { publish } from './publish.js';

/** Stands for the arguments of a function that takes its attempt instead. */
export const ATTEMPT: readonly unknown[] = Object.freeze([]);

/** Calls the function of a call, once, where an attempt of it is due. */
export function callFunction<T>(state: RetryCallState<T>): MaybeAsync<T> {
  const { signal } = state;
  return signal === undefined ? callInScope(state) : underSignal(signal, () => callInScope(state));
}

/** In the scope of `currentAttempt()`, where that is in use. */
function callInScope<T>(state: RetryCallState<T>): MaybeAsync<T> {
  const { fn, self, args } = state;
  const passesAttempt = args === ATTEMPT;
  const scope = processContext.aroundAttempt;
  const observed = channels.attempt.hasSubscribers;
  if (scope === undefined && !passesAttempt && !observed) return fn.apply(self, args as never[]) as MaybeAsync<T>;
  if (observed) publish(channels.attempt, state);
  const attempt = new Attempt(state);
  const run = (): MaybeAsync<T> => fn.apply(self, (passesAttempt ? [attempt] : args) as never[]) as MaybeAsync<T>;
  return scope === undefined ? run() : scope(attempt, run);
}
