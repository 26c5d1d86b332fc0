import { formatValue } from '../base/check.js';
import { isThenable } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import type { RetryStrategy } from '../strategies/retry-if.js';
import type { StopStrategy } from '../strategies/stop.js';
import type { WaitStrategy } from '../strategies/wait.js';
import { PolicyError } from './errors.js';

/**
 * Asks a part of the policy. What it throws becomes a `PolicyError` that names the option and carries what the attempt had
 * thrown; `error` where that had not.
 */
export function consult<P, A>(
  option: string,
  part: P,
  ask: (part: P, state: RetryCallState) => A,
  state: RetryCallState,
  error?: unknown,
): A {
  try {
    const answer = ask(part, state);
    if (!isThenable(answer)) return answer;
    return Promise.resolve(answer).catch((thrown: unknown) => blame(option, state, thrown, error)) as A;
  } catch (thrown) {
    return blame(option, state, thrown, error);
  }
}

function blame(option: string, state: RetryCallState, thrown: unknown, error: unknown): never {
  const attemptError = state.outcome?.failed ? state.outcome.error : error;
  throw new PolicyError(option, state.fnName, thrown, attemptError);
}

// How the parts are asked: not closures, since a call asks often.
export const askSignal = (signal: (state: RetryCallState) => AbortSignal | undefined, state: RetryCallState) =>
  signal(state);
export const askRetry = (retry: RetryStrategy, state: RetryCallState) => retry.shouldRetry(state);
export const askWait = (wait: WaitStrategy, state: RetryCallState) => wait.delay(state);
export const askStop = (stop: StopStrategy, state: RetryCallState) => stop.shouldStop(state);

/** A strategy in an answer's place comes of a factory that was named and not called. */
export function decision(option: string, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return Boolean(answer);
  throw new TypeError(
    `${option} must answer true or false, got ${formatValue(answer)}; was a factory given without calling it?`,
  );
}

/** What `wait` answered, if one can sleep for so long. */
export function checkedDelay(delay: unknown, state: RetryCallState): number {
  if (typeof delay === 'number' && delay >= 0) return delay;
  const outcome = state.outcome as Outcome;
  throw new RangeError(`wait must answer milliseconds (a number ≥ 0), got ${formatValue(delay)}`, {
    cause: outcome.failed ? outcome.error : undefined,
  });
}
