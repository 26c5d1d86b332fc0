import { abortReason } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { nextTurn, systemClock, toMilliseconds, type Timestamp } from '../base/clock.js';
import { leadToCaller } from '../base/lead-to-caller.js';
import { processContext } from '../base/process-context.js';
import type { MaybeAsync } from '../base/thenable.js';
import { RetryCallState, type Invocation, type RetryingOfCall } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Outcome } from '../call/outcome.js';
import { CallStatistics, type RetryTotals, type Writable } from '../call/statistics.js';
import { runHooks, type Hook } from '../strategies/hook.js';
import { AS_IT_IS, ATTEMPT, makeAttempt, type Attempt, type Next } from './attempt.js';
import { failWith, giveUp, giveUpSleep } from './call-failure.js';
import { customSleep } from './custom-sleep.js';
import { decide, sleepsTooLong, type Decision, type NoRetry, type Judged } from './decide.js';
import type { Passage } from './gates.js';
import type { StopReason } from './errors.js';
import type { Policy } from './policy.js';
import { callPolicyPart, signalOf } from './policy-part.js';
import { publish, publishRetry } from './publish.js';

/** The latest errors that a `RetryError` carries. */
const KEPT_ERRORS = 100;

/**
 * One call under a policy: everything that belongs to this call and to no other. `run` is the whole story; the iteration
 * form and streams take the same steps one at a time.
 */
export class Call<T> implements Judged {
  readonly policy: Policy;
  readonly state: RetryCallState<T>;
  readonly statistics: CallStatistics;
  readonly totals: Writable<RetryTotals>;
  readonly cancellable: boolean;
  /** Ends the call. */
  signal: AbortSignal | undefined;
  /** What the attempts threw that were to be retried. */
  errors: unknown[] | undefined = undefined;
  /** How the call ended. Once this is set, nothing more is counted. */
  ended: 'succeeded' | 'failed' | undefined = undefined;

  /** @param statistics Those of a call whose first attempt was made already; by default the call begins now. */
  constructor(owner: RetryingOfCall, invocation: Invocation, statistics?: CallStatistics) {
    const { policy } = owner;
    this.policy = policy;
    this.totals = owner.runningTotals;
    this.statistics = statistics ?? new CallStatistics(policy.now());
    this.state = new RetryCallState<T>(owner, invocation, this.statistics.begun, policy.random);
    this.signal = signalOf(policy.signal, this.state);
    this.cancellable = this.signal !== undefined;
    this.state.signal = this.signal;
  }

  /**
   * The whole call.
   *
   * @param pending how the first attempt ended, if it was made already. The one variable of the loop: a call that sleeps
   *   keeps all that its variables hold.
   */
  async run(pending?: unknown): Promise<T> {
    try {
      pending ??= this.attempt();
      for (;;) {
        if (pending instanceof Promise) pending = await pending;
        pending = this.decide(pending as Outcome<T>);
        if (pending instanceof Promise) pending = await pending;
        if (!(pending as Decision).retry) {
          pending = this.finish(this.state.outcome as Outcome<T>, (pending as NoRetry).stopReason);
          return (pending instanceof Promise ? await pending : pending) as T;
        }
        pending = this.beforeSleep();
        if (pending !== undefined) {
          await pending;
          if (sleepsTooLong(this)) return await giveUpSleep(this);
        }
        await this.sleep();
        pending = this.attempt();
      }
    } catch (error) {
      try {
        return await this.fail(error);
      } catch (failure) {
        // Where there is a signal, this promise is not the one that the caller awaits.
        // eslint-disable-next-line @typescript-eslint/unbound-method -- names the frame
        throw this.signal === undefined && this.mayChangeStack ? leadToCaller(failure, this.run) : failure;
      }
    }
  }

  /** The reason of an abort belongs to whoever aborts, and nobody reads the stack of a simulated failure. */
  get mayChangeStack(): boolean {
    return !this.policy.simulated && this.signal?.aborted !== true;
  }

  /** Counts and makes one attempt. It starts before this function returns. */
  attempt(): MaybeAsync<Outcome<T>> {
    return this.attemptFor<Outcome<T>>(AS_IT_IS);
  }

  attemptFor<R>(next: Next<this, T, R>): MaybeAsync<R> {
    if (this.signal?.aborted) this.throwIfAborted();
    this.totals.attempts += 1;
    if (this.state.attemptNumber > 1) this.totals.retries += 1;
    return makeAttempt(this, next);
  }

  /** Calls the function of the call. */
  invoke(attempt?: Attempt): MaybeAsync<T> {
    const { fn, self, args } = this.state;
    return fn.apply(self, (args === ATTEMPT ? [attempt] : args) as never[]) as MaybeAsync<T>;
  }

  /** Only a stream has one: the signal of its attempt lives as long as its source. */
  get attemptController(): AbortController | undefined {
    return undefined;
  }

  endPassage(passage: Passage, outcome: Outcome<T>): MaybeAsync<void> {
    return passage.end(outcome);
  }

  /** What follows an attempt that ended like this. */
  decide(outcome: Outcome<T>): MaybeAsync<Decision> {
    if (this.signal?.aborted) this.throwIfAborted();
    return decide(this, outcome);
  }

  /** Keeps the error of an outcome that is not accepted, and runs the `after` hooks. */
  notAccepted(): MaybeAsync<void> {
    const { outcome, ended } = this.state as JudgedState<T>;
    if (outcome.failed) this.keepError(outcome.error);
    this.statistics.notAccepted(ended as Timestamp);
    return this.runHooks('after', this.policy.after);
  }

  /** The result of the call after its last attempt; throws what the call fails with. */
  finish(outcome: Outcome<T>, reason: StopReason | 'notRetryable'): MaybeAsync<T> {
    if (reason !== 'notRetryable') return giveUp(this, outcome, reason);
    if (outcome.failed) throw outcome.error;
    if (this.signal?.aborted) this.throwIfAborted();
    const told = this.runHooks('onSuccess', this.policy.onSuccess);
    return told instanceof Promise ? told.then(() => this.succeed(outcome.value)) : this.succeed(outcome.value);
  }

  /** Another attempt follows after a sleep: counts it and runs the `beforeSleep` hooks. */
  beforeSleep(): MaybeAsync<void> {
    const { state } = this;
    if (this.signal?.aborted) this.throwIfAborted();
    state.idleFor += state.upcomingSleep;
    this.statistics.beforeSleep(state.idleFor);
    const told = this.runHooks('beforeSleep', this.policy.beforeSleep);
    if (told instanceof Promise) return told.then(() => publishRetry(this));
    if (channels.retry.hasSubscribers) publishRetry(this);
    return undefined;
  }

  /** Makes the state ready for the next attempt and sleeps. */
  sleep(): Promise<void> {
    const { state, policy, signal } = this;
    if (this.signal?.aborted) this.throwIfAborted();
    this.totals.idleFor += state.upcomingSleep;
    state.attemptNumber += 1;
    state.outcome = undefined;
    state.ended = undefined;
    if (processContext.testing !== undefined && !policy.simulated) return nextTurn();
    const isCustom = policy.sleep !== undefined || policy.clock !== systemClock;
    return isCustom ? customSleep(this) : systemClock.sleep(state.upcomingSleep, signal);
  }

  /** The end of a call that failed: the `fallback`, or a rejection. */
  fail(error: unknown): Promise<T> {
    return failWith(this, error);
  }

  /** Counts a failure once, whether it is seen from inside or from outside. */
  countFailure(): void {
    if (this.ended !== undefined) return;
    this.ended = 'failed';
    this.totals.failed += 1;
    if (this.signal?.aborted) publish(channels.abort, this.state, { reason: abortReason(this.signal) });
  }

  /** From now on another signal ends the call. */
  endsBy(signal: AbortSignal | undefined): void {
    this.signal = signal;
    this.state.signal = signal;
  }

  /** No caller waits for the call any more: that its signal aborts then is no failure. */
  abandon(): void {
    this.ended = 'failed';
  }

  throwIfAborted(): void {
    if (this.signal?.aborted) throw abortReason(this.signal);
  }

  /** When the deadline is, on the policy's clock; `Infinity` without one. A stream has one for all of it. */
  get deadlineAt(): number {
    const { deadline } = this.policy;
    return deadline === Infinity ? Infinity : toMilliseconds(this.statistics.begun) + deadline;
  }

  /** Milliseconds until the deadline, below 0 after it; reads the clock only if there is one. */
  remainingTime(): number {
    return this.policy.deadline === Infinity ? Infinity : this.deadlineAt - this.policy.clock.now();
  }

  /** What the last attempt threw, while no attempt is in progress. */
  lastError(): unknown {
    return this.errors?.at(-1);
  }

  /** The function is about to be called under a budget: a refused first attempt is not a first attempt for the budget. */
  countCalled(): void {
    if (this.state.attemptNumber === 1) this.policy.budgetFor?.(this.state)?.recordAttempt();
  }

  succeededWith(value: T): Outcome<T> {
    const { state } = this;
    state.ended = this.policy.now();
    return (state.outcome = { attemptNumber: state.attemptNumber, failed: false, value });
  }

  failedWith(failure: unknown): Outcome<T> {
    const { state, policy } = this;
    state.ended = policy.now();
    const error = policy.internals.failureOf?.(failure, state) ?? failure;
    return (state.outcome = { attemptNumber: state.attemptNumber, failed: true, error });
  }

  succeed(value: T): T {
    // An abort while a hook takes its time has ended the call already.
    if (this.signal?.aborted) this.throwIfAborted();
    this.ended = 'succeeded';
    this.totals.succeeded += 1;
    if (channels.success.hasSubscribers) publish(channels.success, this.state);
    return value;
  }

  private keepError(error: unknown): void {
    // A literal holds one element; a push to an empty list would reserve seventeen.
    if (this.errors === undefined) this.errors = [error];
    else if (this.errors.push(error) > KEPT_ERRORS) this.errors.shift();
  }

  runHooks(option: string, hooks: readonly Hook[], error?: unknown): MaybeAsync<void> {
    return hooks.length === 0 ? undefined : callPolicyPart(option, hooks, runHooks, this.state, error);
  }
}
