import type { Timestamp } from '../base/clock.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { Invocation, RetryingOfCall } from '../call/call-state.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Outcome } from '../call/outcome.js';
import type { Attempt } from './attempt.js';
import { Call } from './call.js';
import { NOT_RETRYABLE, type Decision } from './decide.js';
import type { StopReason } from './errors.js';
import type { Passage } from './gates.js';
import { resumedArgs } from './resume.js';
import { Source } from './source.js';
import { startOver } from './start-over.js';
import { StreamAttempt } from './stream-attempt.js';
import type { StreamOptions } from './stream-options.js';

/**
 * The attempts of a stream. Each ends with its first item, and the loop of {@link Call} retries them as it does those of any
 * call; what breaks later comes back to the loop as a failed attempt, if the stream can be resumed.
 */
export abstract class StreamAttempts<T> extends Call<T> {
  protected latest: StreamAttempt<T> | undefined = undefined;
  /** The last item that was passed on. */
  protected last: T | undefined = undefined;
  private nextArgs: readonly unknown[];
  /** The error of a function that returned nothing that can be read: it is never retried. */
  private fault: unknown = undefined;

  constructor(
    owner: RetryingOfCall,
    invocation: Invocation,
    protected readonly options: Pick<StreamOptions<T>, 'resume' | 'idleTimeout'>,
  ) {
    super(owner, invocation);
    this.nextArgs = invocation.args;
    this.state.items = 0;
  }

  override attempt(): MaybeAsync<Outcome<T>> {
    this.throwIfAborted();
    this.latest = new StreamAttempt<T>(this.signal as AbortSignal);
    this.state.signal = this.latest.controller.signal;
    return super.attempt();
  }

  override get attemptController(): AbortController | undefined {
    return (this.latest as StreamAttempt<T>).controller;
  }

  /** Opens a source and reads its first item. */
  override async invoke(attempt?: Attempt): Promise<T> {
    const { fn, self } = this.state;
    const latest = this.latest as StreamAttempt<T>;
    const made: unknown = await fn.apply(self, this.nextArgs as never[]);
    let source: Source<T>;
    try {
      source = Source.of<T>(made);
    } catch (error) {
      this.fault = error;
      throw error;
    }
    await latest.begin(source, attempt);
    // The item itself stays out of promises, which would unwrap a thenable.
    return undefined as T;
  }

  override succeededWith(): Outcome<T> {
    return super.succeededWith((this.first.done === true ? undefined : this.first.value) as T);
  }

  override failedWith(error: unknown): Outcome<T> {
    this.endSource(error);
    return super.failedWith(error);
  }

  /** For the breaker and the budget an attempt has ended with its first item; a slot is held until its source has ended. */
  override endPassage(passage: Passage, outcome: Outcome<T>): MaybeAsync<void> {
    const open = !outcome.failed && this.first.done !== true;
    if (open) (this.latest as StreamAttempt<T>).held = passage;
    return passage.end(outcome, open);
  }

  override decide(outcome: Outcome<T>): MaybeAsync<Decision> {
    if (this.fault !== undefined) return NOT_RETRYABLE;
    // Nothing is sent twice by itself.
    if (outcome.failed && this.items > 0 && this.options.resume === undefined) {
      this.throwIfAborted();
      return NOT_RETRYABLE;
    }
    return super.decide(outcome);
  }

  /** An attempt that is not accepted is over: its source is closed. */
  override notAccepted(): MaybeAsync<void> {
    this.endSource();
    const { state } = this;
    const latest = this.latest as StreamAttempt<T>;
    if (latest.held === undefined) return super.notAccepted();
    return latest.settle(state.outcome as Outcome<T>).then(() => super.notAccepted());
  }

  override beforeSleep(): MaybeAsync<void> {
    return this.items === 0 ? super.beforeSleep() : this.resume();
  }

  /** The first item is accepted; that the stream has succeeded is known at its end. */
  override finish(outcome: Outcome<T>, reason: StopReason | 'notRetryable'): MaybeAsync<T> {
    if (reason === 'notRetryable' && !outcome.failed) {
      this.throwIfAborted();
      return undefined as T;
    }
    return super.finish(outcome, reason);
  }

  protected get first(): IteratorResult<T> {
    return (this.latest as StreamAttempt<T>).first;
  }

  protected get items(): number {
    return this.state.items as number;
  }

  /** The source broke off after an item that was asked for at that time: the policy starts over with this outcome. */
  protected async startOver(error: unknown, asked: Timestamp): Promise<Outcome<T>> {
    startOver(this, asked);
    const outcome = this.failedWith(error);
    await (this.latest as StreamAttempt<T>).settle(outcome);
    return outcome;
  }

  private async resume(): Promise<void> {
    this.throwIfAborted();
    const { outcome } = this.state as JudgedState<T>;
    const resume = this.options.resume as NonNullable<StreamOptions<T>['resume']>;
    const args = await resumedArgs(resume, this.state, this.last as T);
    if (args === undefined) {
      throw outcome.failed ? outcome.error : new Error('the stream cannot be resumed after an item that was refused');
    }
    this.nextArgs = args;
    await super.beforeSleep();
  }

  /** Closes the source of the latest attempt, if it is open; with a reason, its signal aborts. */
  protected endSource(reason?: unknown): void {
    this.latest?.close(reason);
    this.state.signal = this.signal;
  }
}
