import { abortReason } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { isThenable, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Outcome } from '../call/outcome.js';
import type { CallStatistics } from '../call/statistics.js';
import type { Hook } from '../strategies/hook.js';
import { isAbortError } from '../strategies/is-abort-error.js';
import { TryAgain, type StopReason } from './errors.js';
import { noteLastError } from './gates.js';
import type { Policy } from './policy.js';
import { publish } from './publish.js';

/** A call that is about to fail. */
interface FailingCall<T> {
  readonly policy: Policy;
  readonly state: RetryCallState<T>;
  readonly statistics: CallStatistics;
  readonly signal: AbortSignal | undefined;
  readonly errors: readonly unknown[] | undefined;
  /** What the last attempt threw that was to be retried. */
  lastError(): unknown;
  throwIfAborted(): void;
  countFailure(): void;
  failedWith(error: unknown): Outcome<T>;
  succeed(value: T): T;
  runHooks(option: string, hooks: readonly Hook[], error: unknown): MaybeAsync<void>;
}

/** The end of a call whose last attempt is not accepted: what `retryErrorCallback` returns, or an error. */
export async function giveUp<T>(call: FailingCall<T>, outcome: Outcome<T>, stopReason: StopReason): Promise<T> {
  const { state, policy } = call;
  call.throwIfAborted();
  if (policy.retryErrorCallback !== undefined) {
    return call.succeed((await policy.retryErrorCallback(state as JudgedState)) as T);
  }
  if (policy.reraise && outcome.failed) {
    const { error } = outcome;
    throw error instanceof TryAgain && error.cause !== undefined ? error.cause : error;
  }
  throw new policy.retryErrorClass({
    fnName: state.fnName,
    lastAttempt: outcome,
    attempts: state.attemptNumber,
    errors: call.errors ?? [],
    statistics: { ...call.statistics.statistics },
    stopReason,
    stop: policy.stop,
  });
}

/** Gives up before the sleep, since the hooks of `beforeSleep` took the time that it needs before the deadline. */
export function giveUpSleep<T>(call: FailingCall<T>): Promise<T> {
  const { state, statistics } = call;
  state.idleFor -= state.upcomingSleep;
  statistics.withoutSleep(state.idleFor);
  return giveUp(call, state.outcome as Outcome<T>, 'deadline');
}

/** The end of a call that fails with `error`: counts it, runs `onGiveUp` and the `fallback`, or throws. */
export async function failWith<T>(call: FailingCall<T>, error: unknown): Promise<T> {
  const { state, policy, signal } = call;
  call.countFailure();
  if (signal?.aborted) throw abortReason(signal);
  noteLastError(error, call.lastError());
  publish(channels.giveup, state, { error });
  if (isAbortError(error)) throw error;
  let failure = error;
  try {
    const told = call.runHooks('onGiveUp', policy.onGiveUp, error);
    if (isThenable(told)) await told;
  } catch (thrown) {
    failure = thrown;
  }
  if (policy.fallback === undefined) throw failure;
  // The caller may abort while `onGiveUp` runs: then the call has ended, and nothing more is asked for it.
  call.throwIfAborted();
  if (state.outcome === undefined) call.failedWith(failure);
  return (await policy.fallback(failure, state as JudgedState)) as T;
}
