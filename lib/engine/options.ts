import type { Clock } from '../base/clock.js';
import type { RetryCallState } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import type { HookLike } from '../strategies/hook.js';
import type { RetryLike } from '../strategies/retry-strategy.js';
import type { StopLike } from '../strategies/stop-strategy.js';
import type { WaitLike } from '../strategies/wait-strategy.js';
import type { RetryErrorConstructor } from './errors.js';

/** A `RetryBudget`, or anything that counts first attempts and admits retries. */
export interface RetryBudgetLike {
  /** Told of the first attempt of every call. */
  recordAttempt(): void;
  /** Whether one more retry is within the budget; it is spent by asking. */
  tryRetry(): boolean;
}

/** How a call is retried. `T` is what the call answers. All durations are milliseconds. */
export interface RetryOptions<T = unknown> {
  /** When to give up. Default `stop.never`. */
  readonly stop?: StopLike<T> | undefined;
  /** How long to sleep between attempts. Default `wait.none()`. */
  readonly wait?: WaitLike<T> | undefined;
  /** What is tried again. Default `retryIf.exception()`: any error but an abort. */
  readonly retryIf?: RetryLike<T> | undefined;
  /** Before every attempt, the first too. */
  readonly before?: HookLike<T> | readonly HookLike<T>[] | undefined;
  /** After every attempt that is to be retried or given up. */
  readonly after?: HookLike<T, JudgedState<T>> | readonly HookLike<T, JudgedState<T>>[] | undefined;
  /** Before every sleep. */
  readonly beforeSleep?: HookLike<T, JudgedState<T>> | readonly HookLike<T, JudgedState<T>>[] | undefined;
  /** Once, after the attempt that succeeded. */
  readonly onSuccess?: HookLike<T> | readonly HookLike<T>[] | undefined;
  /** Before a call fails for good, with an error that is not retried too; not for an abort. */
  readonly onGiveUp?: HookLike<T> | readonly HookLike<T>[] | undefined;
  /** On giving up, true throws the last error itself; false (the default) a `RetryError`. */
  readonly reraise?: boolean | undefined;
  /** The class to throw instead of `RetryError`. */
  readonly retryErrorClass?: RetryErrorConstructor | undefined;
  /** Answers in place of the error when the call is given up. */
  readonly retryErrorCallback?: ((state: JudgedState<T>) => T | Promise<T>) | undefined;
  /** How to sleep; beats `clock.sleep`. Should reject with `signal.reason` when the signal aborts. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Where time comes from. Default: the real one. */
  readonly clock?: Clock | undefined;
  /** Ends the call at once, wherever it is, with `signal.reason`. A function is asked once per call. */
  readonly signal?: AbortSignal | ((state: RetryCallState<T>) => AbortSignal | undefined) | undefined;
  /** An attempt that takes longer fails with `AttemptTimeoutError`, and its signal aborts. */
  readonly attemptTimeout?: number | undefined;
  /** For the whole call: the running attempt is cut off then, and a sleep that would end later is not begun. */
  readonly deadline?: number | undefined;
  /** Bounds the retries of all policies that share it. */
  readonly budget?: RetryBudgetLike | undefined;
  /** Names the call in logs and errors where the function has no name. */
  readonly name?: string | undefined;
  /** false: one plain call, nothing else. */
  readonly enabled?: boolean | undefined;
  /** Where jitter comes from: a number in [0, 1). Default `Math.random`, looked up at every use. */
  readonly random?: (() => number) | undefined;
}
