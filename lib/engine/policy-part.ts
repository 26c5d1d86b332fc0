import { checkSignal, formatValue } from '../base/check.js';
import { isThenable } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import { PolicyError } from './errors.js';

/**
 * Calls a part of the policy: a strategy, a hook, a function of the user. What it throws becomes a `PolicyError` that names
 * the option and carries the attempt's own error, or `error` where the attempt has none.
 */
export function callPolicyPart<P, A>(
  option: string,
  part: P,
  call: (part: P, state: RetryCallState) => A,
  state: RetryCallState,
  error?: unknown,
): A {
  try {
    const result = call(part, state);
    if (typeof result !== 'object' || !isThenable(result)) return result;
    return Promise.resolve(result).catch((thrown: unknown) => {
      throw policyError(option, state, thrown, error);
    }) as A;
  } catch (thrown) {
    throw policyError(option, state, thrown, error);
  }
}

/** The error of a part of the policy that threw. */
export function policyError(option: string, state: RetryCallState, thrown: unknown, error?: unknown): PolicyError {
  return new PolicyError(option, state.fnName, thrown, state.outcome?.failed ? state.outcome.error : error);
}

/** The signal of a call: the option itself, or what its function returns. */
export function signalOf(
  option: AbortSignal | ((state: RetryCallState) => AbortSignal | undefined) | undefined,
  state: RetryCallState,
): AbortSignal | undefined {
  const signal = typeof option === 'function' ? callPolicyPart('signal', option, callSignal, state) : option;
  return signal === undefined ? undefined : checkSignal('signal', signal);
}

const callSignal = <R>(option: (state: RetryCallState) => R, state: RetryCallState): R => option(state);

/** Catches `stop: () => stop.never`: a strategy is not a boolean. */
export function expectBoolean(option: string, result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return Boolean(result);
  throw new TypeError(
    `${option} must return true or false, got ${formatValue(result)}; was a factory given without calling it?`,
  );
}

/** Checks what `wait` returned. */
export function expectDelay(delay: unknown, state: RetryCallState): number {
  if (typeof delay === 'number' && delay >= 0) return delay;
  const { outcome } = state as JudgedState;
  throw new RangeError(`wait must return milliseconds (a number ≥ 0), got ${formatValue(delay)}`, {
    cause: outcome.failed ? outcome.error : undefined,
  });
}
