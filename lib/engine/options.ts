import type { Clock } from '../base/clock.js';
import type { RetryCallState } from '../call/call-state.js';
import type { GateBearer, KIND } from '../call/gate.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Limit } from '../limits/keyed-limiter.js';
import type { HookLike } from '../strategies/hook.js';
import type { RetryLike } from '../strategies/retry-strategy.js';
import type { StopLike } from '../strategies/stop-strategy.js';
import type { WaitLike } from '../strategies/wait-strategy.js';
import type { RetryErrorConstructor } from './errors.js';

/** A `RetryBudget`, or any object that counts first attempts and admits retries. */
export interface RetryBudgetLike {
  /** Called with the first attempt of every call. */
  recordAttempt(): void;
  /** Returns true if one more retry is within the budget, and spends it. */
  tryRetry(): boolean;
}

/**
 * Budgets by key, as `RetryBudgets` keeps them. Returns the budget of a request; in the core the request is the call's
 * state.
 */
export interface KeyedBudget<Request = any> {
  for(request: Request): RetryBudgetLike;
}

/** A `CircuitBreaker` or `CircuitBreakers`. */
export interface BreakerLike extends GateBearer {
  readonly [KIND]: 'breaker';
}

/** One hook or several, which run in order. */
type Hooks<T> = HookLike<T> | readonly HookLike<T>[];
type JudgedHooks<T> = HookLike<T, JudgedState<T>> | readonly HookLike<T, JudgedState<T>>[];

/**
 * How a call is retried. `T` is what the call resolves with. All durations are milliseconds.
 *
 * @example
 * import { retry, stop, wait, type RetryOptions } from 'tenax';
 *
 * const policy: RetryOptions<number> = { stop: stop.afterAttempt(3), wait: wait.fixed(10) };
 * console.log(await retry(() => 42, policy)()); // 42
 */
export interface RetryOptions<T = unknown> {
  /** When to give up. Default `stop.never`. */
  readonly stop?: StopLike<T> | undefined;
  /** How long to sleep between attempts. Default `wait.none()`. */
  readonly wait?: WaitLike<T> | undefined;
  /** Which outcomes are retried. Default `retryIf.exception()`: any error except an abort or an own refusal. */
  readonly retryIf?: RetryLike<T> | undefined;
  /** Runs before every attempt, the first too. */
  readonly before?: Hooks<T> | undefined;
  /** Runs after every attempt that will be retried or given up. */
  readonly after?: JudgedHooks<T> | undefined;
  /** Runs before every sleep. */
  readonly beforeSleep?: JudgedHooks<T> | undefined;
  /** Runs once, after the attempt that succeeded. */
  readonly onSuccess?: Hooks<T> | undefined;
  /** Runs once, before a call fails for good, even with an error that is not retried. It does not run for an abort. */
  readonly onGiveUp?: Hooks<T> | undefined;
  /** When the policy gives up, true throws the last error itself, and false (the default) a `RetryError`. */
  readonly reraise?: boolean | undefined;
  /** The class to throw instead of `RetryError`. */
  readonly retryErrorClass?: RetryErrorConstructor | undefined;
  /** Its result replaces the error of a call that is given up. */
  readonly retryErrorCallback?: ((state: JudgedState<T>) => T | Promise<T>) | undefined;
  /** How to sleep; takes precedence over `clock.sleep`. Should reject with `signal.reason` when the signal aborts. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Where time comes from. Default: real time. */
  readonly clock?: Clock | undefined;
  /**
   * Its abort ends the call at once, in an attempt or a sleep, with `signal.reason`. A function is called once per call.
   */
  readonly signal?: AbortSignal | ((state: RetryCallState<T>) => AbortSignal | undefined) | undefined;
  /** An attempt that takes longer fails with `AttemptTimeoutError`, and its signal aborts. Default `Infinity`. */
  readonly attemptTimeout?: number | undefined;
  /**
   * The longest time of the whole call. The running attempt is then cut off, as by `attemptTimeout`. A sleep that would end
   * later is not started. Default `Infinity`.
   */
  readonly deadline?: number | undefined;
  /** Bounds the retries of all policies that share it. */
  readonly budget?: RetryBudgetLike | KeyedBudget | undefined;
  /** Every attempt, the first too, waits for it. With several, it waits for all of them together. */
  readonly limiter?: Limit | readonly Limit[] | undefined;
  /** Every attempt runs inside it. */
  readonly breaker?: BreakerLike | undefined;
  /** Its result replaces whatever the call fails with, except an abort. Runs after `onGiveUp`. */
  readonly fallback?: ((error: unknown, state: JudgedState<T>) => T | Promise<T>) | undefined;
  /** The priority among callers that wait for the limiter; a higher one is served first. Default 0. */
  readonly priority?: number | ((state: RetryCallState<T>) => number) | undefined;
  /** The longest wait of an attempt for the limiter. Default `Infinity`. */
  readonly maxWait?: number | undefined;
  /** Names the call in logs and errors if the function has no name. */
  readonly name?: string | undefined;
  /** False makes one plain call and nothing else. */
  readonly enabled?: boolean | undefined;
  /** Returns the random numbers for jitter, in [0, 1). Default `Math.random`, looked up at every draw. */
  readonly random?: (() => number) | undefined;
}
