import { untilAborted } from '../base/abort.js';
import { channels, type Channel } from '../base/channels.js';
import { show } from '../base/check.js';
import { systemClock, nextTurn } from '../base/clock.js';
import { processState } from '../base/process-state.js';
import { isThenable } from '../base/thenable.js';
import { RetryCallState, type Invocation, type RetryingOfCall } from '../state/call-state.js';
import type { Outcome } from '../state/outcome.js';
import type { RetryStatistics, RetryTotals, Writable } from '../state/statistics.js';
import type { MaybeAsync } from '../strategies/decide.js';
import { runHooks, type Hook } from '../strategies/hooks.js';
import { isAbortError } from '../strategies/retry-if.js';
import { Attempt } from './attempt.js';
import { withCutoff } from './cutoff.js';
import { AttemptTimeoutError, PolicyError, TryAgain, type StopReason } from './errors.js';
import type { Policy } from './policy.js';

/** What follows an attempt: another one, or the call's answer. A call that fails throws instead. */
export type Verdict<T> = { readonly again: true } | { readonly again: false; readonly value: T };

const AGAIN: Verdict<never> = { again: true };

/** The latest errors that a `RetryError` carries. */
const KEPT_ERRORS = 100;

/** What a call needs of its `Retrying`. */
export interface CallOwner {
  readonly policy: Policy;
  readonly counters: Writable<RetryTotals>;
}

/**
 * One call under a policy: everything that belongs to this call and to no other.
 *
 * `drive` below is the whole story: attempt, judge, pause, and again. The other methods are its steps; the iteration
 * form takes the same steps one at a time.
 */
export class Call<T> {
  readonly state: RetryCallState<T>;
  readonly statistics: Writable<RetryStatistics>;
  readonly signal: AbortSignal | undefined;
  private readonly policy: Policy;
  private readonly totals: Writable<RetryTotals>;
  private errors: unknown[] | undefined;
  private failed = false;

  /** Reads the clock, unless a first attempt has been made already and `begun` says when. */
  constructor(owner: CallOwner & RetryingOfCall, invocation: Invocation, statistics?: Writable<RetryStatistics>) {
    const { policy } = owner;
    this.policy = policy;
    this.totals = owner.counters;
    this.statistics = statistics ?? newStatistics(policy.clock.now());
    this.state = new RetryCallState<T>(owner, invocation, this.statistics.startTime, policy.random);
    const { signal } = policy;
    this.signal = typeof signal === 'function' ? consult('signal', this.state, () => signal(this.state)) : signal;
    this.state.signal = this.signal;
  }

  /** Attempts until the policy is content or gives up. `first` is the outcome of an attempt that was made already. */
  async drive(first?: Outcome<T>): Promise<T> {
    try {
      let verdict = await this.judge(first ?? (await this.attempt()));
      while (verdict.again) {
        await this.pause();
        verdict = await this.judge(await this.attempt());
      }
      return verdict.value;
    } catch (error) {
      throw await this.fail(error);
    }
  }

  /** Makes one attempt, `before` included, and answers how it ended. Throws only for an abort or a fault of the policy. */
  async attempt(): Promise<Outcome<T>> {
    const { state, policy } = this;
    const { attemptNumber } = state;
    this.throwIfAborted();
    this.countAttempt();
    if (policy.before.length > 0) {
      const late = await this.begin();
      if (late !== undefined) return this.ended({ attemptNumber, failed: true, error: late });
    }
    try {
      const pending = this.invoke();
      return this.ended({ attemptNumber, failed: false, value: isThenable(pending) ? await pending : pending });
    } catch (error) {
      return this.ended({ attemptNumber, failed: true, error });
    }
  }

  /** The decision, in tenacity's order: `retryIf`, `after`, `wait`, `stop`, `beforeSleep`. */
  async judge(outcome: Outcome<T>): Promise<Verdict<T>> {
    const { state, policy, statistics } = this;
    this.throwIfAborted();
    const asked = this.shouldRetry(outcome);
    if (!decision('retryIf', isThenable(asked) ? await asked : asked)) {
      if (outcome.failed) throw outcome.error;
      return this.succeed(outcome.value);
    }
    if (outcome.failed) this.remember(outcome.error);
    const afterwards = this.hooks('after', policy.after);
    if (afterwards !== undefined) await afterwards;

    const delay = consult('wait', state, () => policy.wait.delay(state));
    state.upcomingSleep = checkedDelay(isThenable(delay) ? await delay : delay, state);
    statistics.delaySinceFirstAttempt = state.elapsed ?? 0;

    const stopping = consult('stop', state, () => policy.stop.shouldStop(state));
    const reason = this.stopReason(decision('stop', isThenable(stopping) ? await stopping : stopping));
    if (reason !== undefined) return this.giveUp(outcome, reason);

    state.idleFor += state.upcomingSleep;
    statistics.idleFor = state.idleFor;
    statistics.attemptNumber += 1;
    const beforehand = this.hooks('beforeSleep', policy.beforeSleep);
    if (beforehand !== undefined) await beforehand;
    publish(channels.retry, state);
    return AGAIN;
  }

  /** Sleeps as `wait` said, and makes the state ready for the next attempt. */
  pause(): Promise<void> {
    const { state, policy, signal } = this;
    this.throwIfAborted();
    this.totals.idleFor += state.upcomingSleep;
    state.attemptNumber += 1;
    state.outcome = undefined;
    state.outcomeTimestamp = undefined;
    if (processState.testing !== undefined) return nextTurn();
    if (policy.sleep === undefined && policy.clock === systemClock)
      return systemClock.sleep(state.upcomingSleep, signal);
    return this.foreignSleep();
  }

  /** Counts a call that failed and tells `onGiveUp`. Answers what the call is to reject with. */
  async fail(error: unknown): Promise<unknown> {
    const { state, policy, signal } = this;
    this.countFailure();
    if (signal?.aborted) return signal.reason;
    publish(channels.giveup, state, { error });
    if (isAbortError(error)) return error;
    try {
      await this.hooks('onGiveUp', policy.onGiveUp, error);
    } catch (thrown) {
      return thrown;
    }
    return error;
  }

  /** Once a call, whether it is seen to fail from within or from without. */
  countFailure(): void {
    if (!this.failed) this.totals.failed += 1;
    this.failed = true;
  }

  throwIfAborted(): void {
    if (this.signal?.aborted) throw this.signal.reason;
  }

  private countAttempt(): void {
    const { state, totals, policy } = this;
    totals.attempts += 1;
    if (state.attemptNumber > 1) totals.retries += 1;
    else policy.budget?.recordAttempt();
  }

  /** Milliseconds until the deadline; reads the clock only if there is one. */
  private left(): number {
    const { state, policy } = this;
    return policy.deadline === Infinity
      ? Infinity
      : Math.max(0, state.startTime + policy.deadline - policy.clock.now());
  }

  /** The `before` hooks. Answers the error if the deadline cut them off: a long wait for a limiter, for instance. */
  private async begin(): Promise<AttemptTimeoutError | undefined> {
    const { state, policy } = this;
    const left = this.left();
    try {
      if (left === Infinity) await this.hooks('before', policy.before);
      else {
        await this.cutOffAfter(left, 'deadline', async (signal) => {
          state.signal = signal;
          await this.hooks('before', policy.before);
        });
      }
    } catch (error) {
      // What a hook throws comes as a PolicyError, so this one is ours.
      if (error instanceof AttemptTimeoutError) return error;
      throw error;
    }
    this.throwIfAborted();
    return undefined;
  }

  /** Calls the function, cut off in time where the policy says so. */
  private invoke(): MaybeAsync<T> {
    const { attemptTimeout } = this.policy;
    const left = this.left();
    if (left === Infinity && attemptTimeout === Infinity) return this.callFunction();
    const limit = attemptTimeout < left ? 'attemptTimeout' : 'deadline';
    return this.cutOffAfter(Math.min(attemptTimeout, left), limit, async (signal) => {
      this.state.signal = signal;
      return this.callFunction();
    });
  }

  /** In the scope of `currentAttempt()`, where that is in use. */
  private callFunction(): MaybeAsync<T> {
    const { state } = this;
    const { fn, self, args } = state;
    const passesAttempt = args === ATTEMPT;
    const scope = processState.aroundAttempt;
    const observed = channels.attempt.hasSubscribers;
    if (scope === undefined && !passesAttempt && !observed) return fn.apply(self, args as never[]) as MaybeAsync<T>;
    if (observed) publish(channels.attempt, state);
    const attempt = new Attempt(state);
    const run = (): MaybeAsync<T> => fn.apply(self, (passesAttempt ? [attempt] : args) as never[]) as MaybeAsync<T>;
    return scope === undefined ? run() : scope(attempt, run);
  }

  private async cutOffAfter<V>(
    ms: number,
    limit: 'attemptTimeout' | 'deadline',
    work: (signal: AbortSignal) => Promise<V>,
  ): Promise<V> {
    const { state, policy } = this;
    const late = (): Error =>
      new AttemptTimeoutError(
        state.fnName,
        state.attemptNumber,
        limit,
        limit === 'deadline' ? policy.deadline : policy.attemptTimeout,
      );
    try {
      return await withCutoff(policy.clock, ms, this.signal, late, work);
    } finally {
      state.signal = this.signal;
    }
  }

  /** Notes how the attempt ended, and when. */
  ended(outcome: Outcome<T>): Outcome<T> {
    this.state.outcome = outcome;
    this.state.outcomeTimestamp = this.policy.clock.now();
    return outcome;
  }

  /** Whether `retryIf` asks for another attempt. TryAgain goes past it; an abort is never tried again. */
  private shouldRetry(outcome: Outcome<T>): MaybeAsync<boolean> {
    const { state, policy, signal } = this;
    if (outcome.failed) {
      if (outcome.error instanceof TryAgain) return true;
      if (isAbortError(outcome.error) && (signal !== undefined || !policy.ownRetryIf)) return false;
    } else if (policy.retryIf.errorsOnly) return false;
    return consult('retryIf', state, () => policy.retryIf.shouldRetry(state));
  }

  private async succeed(value: T): Promise<Verdict<T>> {
    const pending = this.hooks('onSuccess', this.policy.onSuccess);
    if (pending !== undefined) await pending;
    this.totals.succeeded += 1;
    publish(channels.success, this.state);
    return { again: false, value };
  }

  /** Why no further attempt is made, if so. `stop` comes first; the budget last, since asking spends it. */
  private stopReason(stopped: boolean): StopReason | undefined {
    const { state, policy } = this;
    if (stopped || state.attemptNumber >= (processState.testing?.attempts ?? Infinity)) return 'stop';
    if (state.upcomingSleep === Infinity) return 'wait';
    if (policy.deadline !== Infinity) {
      const passed = policy.clock.now() - state.startTime;
      if (passed >= policy.deadline || passed + state.upcomingSleep > policy.deadline) return 'deadline';
    }
    if (policy.budget?.tryRetry() === false) return 'budget';
    return undefined;
  }

  private async giveUp(outcome: Outcome<T>, stopReason: StopReason): Promise<Verdict<T>> {
    const { state, policy } = this;
    if (policy.retryErrorCallback !== undefined) {
      const value = (await policy.retryErrorCallback(state)) as T;
      this.totals.succeeded += 1;
      publish(channels.success, state);
      return { again: false, value };
    }
    if (policy.reraise && outcome.failed) {
      const { error } = outcome;
      throw error instanceof TryAgain && error.cause !== undefined ? error.cause : error;
    }
    throw new policy.retryErrorClass({
      fnName: state.fnName,
      lastAttempt: outcome,
      attempts: state.attemptNumber,
      errors: this.errors ?? [],
      statistics: { ...this.statistics },
      stopReason,
    });
  }

  private remember(error: unknown): void {
    this.errors ??= [];
    this.errors.push(error);
    if (this.errors.length > KEPT_ERRORS) this.errors.shift();
  }

  private hooks(option: string, hooks: readonly Hook[], error?: unknown): Promise<void> | undefined {
    if (hooks.length === 0) return undefined;
    const pending = consult(option, this.state, () => runHooks(hooks, this.state), error);
    return isThenable(pending) ? pending : undefined;
  }

  /** A sleep that is not ours may ignore the signal: an abort ends it all the same. */
  private async foreignSleep(): Promise<void> {
    const { state, policy, signal } = this;
    const { sleep = (ms: number, abort?: AbortSignal) => policy.clock.sleep(ms, abort) } = policy;
    try {
      await untilAborted(sleep(state.upcomingSleep, signal), signal);
    } catch (error) {
      this.throwIfAborted();
      throw new PolicyError('sleep', state.fnName, error, this.errors?.at(-1));
    }
  }
}

/** Stands for the arguments of a function that takes its attempt instead. */
export const ATTEMPT: readonly unknown[] = Object.freeze([]);

export const newStatistics = (startTime: number): Writable<RetryStatistics> => ({
  startTime,
  attemptNumber: 1,
  idleFor: 0,
  delaySinceFirstAttempt: 0,
});

/** Asks a part of the policy. What it throws becomes a `PolicyError` that names the option. */
function consult<A>(option: string, state: RetryCallState, ask: () => A, error?: unknown): A {
  const blame = (thrown: unknown): never => {
    if (state.signal?.aborted) throw state.signal.reason;
    throw new PolicyError(
      option,
      state.fnName,
      thrown,
      error ?? (state.outcome?.failed ? state.outcome.error : undefined),
    );
  };
  try {
    const answer = ask();
    return isThenable(answer) ? (Promise.resolve(answer).catch(blame) as A) : answer;
  } catch (thrown) {
    return blame(thrown);
  }
}

/** A strategy in an answer's place comes of a factory that was named and not called. */
function decision(option: string, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return Boolean(answer);
  throw new TypeError(
    `${option} must answer true or false, got ${show(answer)}; was a factory given without calling it?`,
  );
}

function checkedDelay(delay: unknown, state: RetryCallState): number {
  if (typeof delay === 'number' && delay >= 0) return delay;
  const error = new RangeError(`wait must answer milliseconds (a number ≥ 0), got ${show(delay)}`, {
    cause: state.outcome?.failed ? state.outcome.error : undefined,
  });
  throw error;
}

function publish(channel: Channel, state: RetryCallState, more?: object): void {
  if (channel.hasSubscribers) channel.publish({ state, ...more });
}
