import { untilAborted } from '../base/abort.js';
import { isBranded } from '../base/brand.js';
import { channels } from '../base/channels.js';
import { checkSignal } from '../base/check.js';
import { systemClock, nextTurn } from '../base/clock.js';
import type { Timestamp } from '../base/timestamp.js';
import { isThenable, promiseOf } from '../base/thenable.js';
import { RetryCallState, type Invocation, type RetryingOfCall } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { CallStatistics, type RetryTotals, type Writable } from '../call/statistics.js';
import { mapAnswer, type MaybeAsync } from '../strategies/decide.js';
import { runHooks, type Hook } from '../strategies/hooks.js';
import { isAbortError } from '../strategies/retry-if.js';
import { callFunction } from './call-function.js';
import { askRetry, askSignal, askStop, askWait, checkedDelay, consult, decision } from './consult.js';
import { withCutoff } from './cutoff.js';
import { AttemptTimeoutError, PolicyError, TryAgain, type StopReason } from './errors.js';
import type { Policy } from './policy.js';
import { publish } from './publish.js';
import { stopReasonOf } from './stop-reason.js';
import { testingOf } from './testing.js';

/** What follows an attempt: another one, or the call's answer. A call that fails throws instead. */
export type Verdict<T> = { readonly again: true } | { readonly again: false; readonly value: T };

const AGAIN: Verdict<never> = { again: true };

// What follows an attempt: not closures, since every call has one.
const settled = <T>(call: Call<T>, outcome: Outcome<T>) => call.settled(outcome);
const judged = <T>(call: Call<T>, outcome: Outcome<T>) => call.judge(outcome);

const accepted = <T>(value: T): Verdict<T> => ({ again: false, value });

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
  readonly figures: CallStatistics;
  /** Ends the call. */
  signal: AbortSignal | undefined;
  private readonly policy: Policy;
  private readonly totals: Writable<RetryTotals>;
  private errors: unknown[] | undefined;
  private failed = false;

  /** Notes the time, unless a first attempt has been made already and `figures` say when. */
  constructor(owner: CallOwner & RetryingOfCall, invocation: Invocation, figures?: CallStatistics) {
    const { policy } = owner;
    this.policy = policy;
    this.totals = owner.counters;
    this.figures = figures ?? new CallStatistics(policy.now());
    this.state = new RetryCallState<T>(owner, invocation, this.figures.begun, policy.random);
    const { signal } = policy;
    this.signal = typeof signal === 'function' ? consult('signal', signal, askSignal, this.state) : signal;
    if (this.signal !== undefined) checkSignal('signal', this.signal);
    this.state.signal = this.signal;
  }

  /**
   * The whole call. A success at the first attempt, with hooks that answer at once, takes one promise more than the
   * function's own; only what goes on from there needs the loop.
   */
  start(): Promise<T> {
    let begun: MaybeAsync<AttemptTimeoutError | undefined>;
    try {
      begun = this.begin();
    } catch (error) {
      return this.failing(error);
    }
    if (isThenable(begun)) return this.drive(mapAnswer(begun, (late) => this.attempt(late, judged)));
    return promiseOf(this.attempt(begun, settled));
  }

  /**
   * Attempts until the policy is content or gives up, from the first attempt's verdict on.
   *
   * The steps answer at once where nothing in them has to be awaited: strategies and hooks seldom have to be.
   */
  private async drive(step: MaybeAsync<Verdict<T>>): Promise<T> {
    try {
      for (;;) {
        const verdict = isThenable(step) ? await step : step;
        if (!verdict.again) return verdict.value;
        await this.pause();
        step = this.step();
      }
    } catch (error) {
      throw await this.fail(error);
    }
  }

  /** Makes one attempt, `before` included, and judges how it ended. */
  step(): MaybeAsync<Verdict<T>> {
    return mapAnswer(this.begin(), (late) => this.attempt(late, judged));
  }

  /** The decision, in tenacity's order: `retryIf`, `after`, `wait`, `stop`, `beforeSleep`. */
  judge(outcome: Outcome<T>): MaybeAsync<Verdict<T>> {
    this.throwIfAborted();
    return mapAnswer(this.shouldRetry(outcome), (asked) =>
      decision('retryIf', asked) ? this.plan(outcome) : this.settle(outcome),
    );
  }

  /** Sleeps as `wait` said, and makes the state ready for the next attempt. */
  pause(): Promise<void> {
    const { state, policy, signal } = this;
    this.throwIfAborted();
    this.totals.idleFor += state.upcomingSleep;
    state.attemptNumber += 1;
    state.outcome = undefined;
    state.ended = undefined;
    if (testingOf(policy) !== undefined) return nextTurn();
    if (policy.sleep === undefined && policy.clock === systemClock)
      return systemClock.sleep(state.upcomingSleep, signal);
    return this.foreignSleep();
  }

  /** What the first attempt comes to: the call's answer, or the loop for all that is not settled with it. */
  settled(outcome: Outcome<T>): MaybeAsync<T> {
    let verdict: MaybeAsync<Verdict<T>>;
    try {
      // Nearly every call ends here: its value is the answer, without a verdict that says so.
      if (!outcome.failed && this.policy.retryIf.errorsOnly) {
        const answer = this.accept(outcome.value);
        if (!isThenable(answer)) return answer;
        verdict = answer.then(accepted);
      } else verdict = this.judge(outcome);
    } catch (error) {
      return this.failing(error);
    }
    return isThenable(verdict) || verdict.again ? this.drive(verdict) : verdict.value;
  }

  private async failing(error: unknown): Promise<never> {
    throw await this.fail(error);
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
    if (this.failed) return;
    this.failed = true;
    this.totals.failed += 1;
    if (this.signal?.aborted) publish(channels.abort, this.state, { reason: this.signal.reason as unknown });
  }

  /** From now on another signal ends the call. */
  endsBy(signal: AbortSignal | undefined): void {
    this.signal = signal;
    this.state.signal = signal;
  }

  /** Nobody waits for the call any more: that its signal aborts then is no failure. */
  abandon(): void {
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

  /** Milliseconds until the deadline, less than 0 after it; reads the clock only if there is one. */
  private left(): number {
    const { state, policy } = this;
    return policy.deadline === Infinity ? Infinity : state.startTime + policy.deadline - policy.clock.now();
  }

  /**
   * What comes before an attempt: the `before` hooks. Answers the error if the deadline cut them off, in a long wait for
   * a limiter for instance.
   */
  private begin(): MaybeAsync<AttemptTimeoutError | undefined> {
    const { policy } = this;
    this.throwIfAborted();
    this.countAttempt();
    if (policy.before.length === 0) return undefined;
    const left = this.left();
    if (left !== Infinity) return this.beginWithin(left);
    const pending = this.hooks('before', policy.before, this.lastError());
    if (pending !== undefined) return pending.then(() => this.throwIfAborted()) as Promise<undefined>;
    this.throwIfAborted();
    return undefined;
  }

  private async beginWithin(left: number): Promise<AttemptTimeoutError | undefined> {
    const { state, policy } = this;
    try {
      await this.cutOffAfter(left, 'deadline', async (signal) => {
        state.signal = signal;
        await this.hooks('before', policy.before, this.lastError());
      });
    } catch (error) {
      // What a hook throws comes as a PolicyError, so this one is ours.
      if (error instanceof AttemptTimeoutError) return error;
      throw error;
    }
    return undefined;
  }

  /** Calls the function, unless it is too `late` for that, and hands the outcome on. */
  private attempt<R>(
    late: AttemptTimeoutError | undefined,
    then: (call: this, outcome: Outcome<T>) => MaybeAsync<R>,
  ): MaybeAsync<R> {
    if (late !== undefined) return then(this, this.failedWith(late));
    let pending: MaybeAsync<T>;
    try {
      pending = this.invoke();
    } catch (error) {
      return then(this, this.failedWith(error));
    }
    if (!isThenable(pending)) return then(this, this.succeededWith(pending));
    return promiseOf(pending).then(
      (value) => then(this, this.succeededWith(value)),
      (error: unknown) => then(this, this.failedWith(error)),
    );
  }

  /** Calls the function, cut off in time where the policy says so. */
  private invoke(): MaybeAsync<T> {
    const { attemptTimeout } = this.policy;
    const left = this.left();
    if (left === Infinity && attemptTimeout === Infinity) return callFunction(this.state);
    const limit = attemptTimeout < left ? 'attemptTimeout' : 'deadline';
    return this.cutOffAfter(Math.min(attemptTimeout, left), limit, async (signal) => {
      this.state.signal = signal;
      return callFunction(this.state);
    });
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
  failedWith(error: unknown): Outcome<T> {
    const { state } = this;
    state.ended = this.policy.now();
    return (state.outcome = { attemptNumber: state.attemptNumber, failed: true, error });
  }

  private succeededWith(value: T): Outcome<T> {
    const { state } = this;
    state.ended = this.policy.now();
    return (state.outcome = { attemptNumber: state.attemptNumber, failed: false, value });
  }

  /** Whether `retryIf` asks for another attempt. TryAgain goes past it; an abort is never tried again. */
  private shouldRetry(outcome: Outcome<T>): MaybeAsync<boolean> {
    const { state, policy, signal } = this;
    if (outcome.failed) {
      if (isBranded(TryAgain, outcome.error)) return true;
      if (!policy.ownRetryIf) return !isAbortError(outcome.error);
      if (signal !== undefined && isAbortError(outcome.error)) return false;
    } else if (policy.retryIf.errorsOnly) return false;
    return consult('retryIf', policy.retryIf, askRetry, state);
  }

  /** An outcome that `retryIf` does not ask to try again: the value, or the error itself. */
  private settle(outcome: Outcome<T>): MaybeAsync<Verdict<T>> {
    if (outcome.failed) throw outcome.error;
    return mapAnswer(this.accept(outcome.value), accepted);
  }

  /** Takes a value for the call's answer and tells `onSuccess`. */
  private accept(value: T): MaybeAsync<T> {
    this.throwIfAborted();
    const pending = this.hooks('onSuccess', this.policy.onSuccess);
    return pending === undefined ? this.succeed(value) : pending.then(() => this.succeed(value));
  }

  private succeed(value: T): T {
    // An abort while a hook takes its time has ended the call already.
    this.throwIfAborted();
    this.totals.succeeded += 1;
    publish(channels.success, this.state);
    return value;
  }

  /** An outcome that is to be tried again: `after`, and how long to wait. */
  private plan(outcome: Outcome<T>): MaybeAsync<Verdict<T>> {
    const { state, policy, figures } = this;
    if (outcome.failed) this.remember(outcome.error);
    return mapAnswer(this.hooks('after', policy.after), () =>
      mapAnswer(consult('wait', policy.wait, askWait, state), (delay) => {
        state.upcomingSleep = checkedDelay(delay, state);
        // An attempt that is judged has ended.
        figures.judge(state.ended as Timestamp);
        return this.stopOrGoOn(outcome);
      }),
    );
  }

  /** `stop`, which sees `upcomingSleep`, and `beforeSleep`. */
  private stopOrGoOn(outcome: Outcome<T>): MaybeAsync<Verdict<T>> {
    const { state, policy, figures } = this;
    return mapAnswer(consult('stop', policy.stop, askStop, state), (stopping) => {
      const reason = stopReasonOf(decision('stop', stopping), state, policy);
      if (reason !== undefined) return this.giveUp(outcome, reason);
      state.idleFor += state.upcomingSleep;
      figures.goOn(state.idleFor);
      return mapAnswer(this.hooks('beforeSleep', policy.beforeSleep), () => {
        publish(channels.retry, state);
        return AGAIN;
      });
    });
  }

  private async giveUp(outcome: Outcome<T>, stopReason: StopReason): Promise<Verdict<T>> {
    const { state, policy } = this;
    this.throwIfAborted();
    if (policy.retryErrorCallback !== undefined) {
      return accepted(this.succeed((await policy.retryErrorCallback(state)) as T));
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
      statistics: { ...this.figures.statistics },
      stopReason,
    });
  }

  private remember(error: unknown): void {
    // A literal holds one; a push to an empty list would make room for seventeen.
    if (this.errors === undefined) this.errors = [error];
    else if (this.errors.push(error) > KEPT_ERRORS) this.errors.shift();
  }

  /** What the attempt that failed last had thrown, where no attempt is under way. */
  private lastError(): unknown {
    return this.errors?.at(-1);
  }

  private hooks(option: string, hooks: readonly Hook[], error?: unknown): MaybeAsync<void> {
    if (hooks.length === 0) return undefined;
    return consult(option, hooks, runHooks, this.state, error);
  }

  /** A sleep that is not ours may ignore the signal: an abort ends it all the same, and is what `fail` answers then. */
  private async foreignSleep(): Promise<void> {
    const { state, policy, signal } = this;
    const { sleep = (ms: number, abort?: AbortSignal) => policy.clock.sleep(ms, abort) } = policy;
    try {
      await untilAborted(sleep(state.upcomingSleep, signal), signal);
    } catch (error) {
      throw new PolicyError('sleep', state.fnName, error, this.lastError());
    }
  }
}
