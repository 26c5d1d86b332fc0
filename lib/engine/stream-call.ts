import { listen, unlisten, untilAborted } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { processContext } from '../base/process-context.js';
import type { Timestamp } from '../base/timestamp.js';
import { isThenable, type MaybeAsync } from '../base/thenable.js';
import type { Invocation } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import type { Attempt } from './attempt.js';
import { Call, type CallOwner } from './call.js';
import type { Consumer } from './consumer.js';
import { NOT_RETRYABLE, type Decision } from './decide.js';
import { AttemptTimeoutError, type StopReason } from './errors.js';
import type { Passage } from './gates.js';
import { ItemReader } from './item-reader.js';
import { callPolicyPart } from './policy-part.js';
import { publish } from './publish.js';
import { Source } from './source.js';
import type { StreamOptions, StreamProgress } from './stream-options.js';

const END: IteratorResult<never> = { done: true, value: undefined };

/**
 * The call of a stream. Its attempts end with their first item, and the loop of {@link Call} retries them as it does those of
 * any call; what breaks later comes back to the loop as a failed attempt, if the stream can be resumed.
 */
export class StreamCall<T> extends Call<T> {
  private readonly caller: AbortSignal | undefined;
  /** Aborts when the caller does, and when the consumer leaves. */
  private readonly ending = new AbortController();
  private nextArgs: readonly unknown[];
  private controller: AbortController | undefined = undefined;
  /** The attempt that the source belongs to. */
  attemptObject: Attempt | undefined = undefined;
  private passage: Passage | undefined = undefined;
  private source: Source<T> | undefined = undefined;
  /** What the source of the latest attempt began with. */
  private first: IteratorResult<T> = END;
  private last: T | undefined = undefined;
  /** The items that `fallback` puts in place of the failure. */
  private rest: Source<T> | undefined = undefined;
  /** What no condition is asked about: the function returned nothing that can be read. */
  private fault: unknown = undefined;
  private readonly reader: ItemReader<T>;
  private over = false;

  constructor(
    owner: CallOwner,
    invocation: Invocation,
    private readonly options: Pick<StreamOptions<T>, 'resume' | 'idleTimeout'>,
    private readonly consumer: Consumer<T>,
  ) {
    super(owner, invocation);
    this.reader = new ItemReader(this, options.idleTimeout ?? Infinity);
    this.nextArgs = invocation.args;
    this.state.items = 0;
    this.caller = this.signal;
    this.endsBy(this.ending.signal);
    if (this.caller?.aborted) this.follow();
    else if (this.caller !== undefined) listen(this.caller, this.follow);
  }

  /** The consumer gets the next item, the end, or what the stream fails with. */
  pull(): void {
    if (this.rest !== undefined) this.handOver(this.pullRest(this.rest));
    else if (this.source === undefined) this.handOver(this.proceed());
    else this.reader.read(this.source);
  }

  received(result: IteratorResult<T>): void {
    if (result.done === true) this.handOver(this.complete());
    else this.consumer.take(this.passOn(result));
  }

  /** The source broke off after an item: the policy starts over and decides. */
  brokeOff(error: unknown, asked: Timestamp): void {
    this.handOver(this.proceedAfter(error, asked));
  }

  timeoutError(limit: 'idleTimeout' | 'deadline'): Error {
    const { state, policy, options } = this;
    const time = limit === 'deadline' ? policy.deadline : (options.idleTimeout as number);
    return new AttemptTimeoutError(state.fnName, state.attemptNumber, limit, time);
  }

  /** The consumer leaves: everything ends at once. */
  leave(): void {
    if (this.over) return;
    this.abandon();
    this.reader.stop();
    publish(channels.abort, this.state);
    this.rest?.close();
    this.endSource(new DOMException('the stream was left', 'AbortError'));
    this.finishUp();
    this.ending.abort(new DOMException('the stream was left', 'AbortError'));
  }

  override attempt(): MaybeAsync<Outcome<T>> {
    this.controller = new AbortController();
    this.passage = undefined;
    listen(this.ending.signal, this.abortAttempt);
    this.state.signal = this.controller.signal;
    return super.attempt();
  }

  override get attemptController(): AbortController | undefined {
    return this.controller;
  }

  override get takesAttempt(): boolean {
    return processContext.aroundAttempt !== undefined;
  }

  /** Opens a source and reads its first item. */
  override async invoke(attempt?: Attempt): Promise<T> {
    const { fn, self } = this.state;
    const { controller } = this;
    this.attemptObject = attempt;
    const made: unknown = await fn.apply(self, this.nextArgs as never[]);
    let source: Source<T>;
    try {
      source = Source.of<T>(made);
    } catch (error) {
      this.fault = error;
      throw error;
    }
    // It may arrive when its attempt has been cut off.
    if (controller?.signal.aborted || controller !== this.controller) {
      source.close();
      throw controller?.signal.reason;
    }
    this.source = source;
    const scope = processContext.aroundAttempt;
    this.first = await (scope === undefined || attempt === undefined
      ? source.next()
      : scope(attempt, () => source.next()));
    // The item itself stays out of promises, which would unwrap a thenable.
    return undefined as T;
  }

  override succeededWith(): Outcome<T> {
    return super.succeededWith(this.first.done === true ? (undefined as T) : this.first.value);
  }

  override failedWith(error: unknown): Outcome<T> {
    this.endSource(error);
    return super.failedWith(error);
  }

  /** For the breaker and the budget an attempt has ended with its first item; a slot is held until its source has ended. */
  override endPassage(passage: Passage, outcome: Outcome<T>): MaybeAsync<void> {
    const open = !outcome.failed && this.first.done !== true;
    if (open) this.passage = passage;
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
  override judged(): MaybeAsync<void> {
    this.endSource();
    return super.judged();
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

  override async fail(error: unknown): Promise<T> {
    this.endSource(error);
    try {
      const rest: unknown = await super.fail(error);
      this.rest = Source.of<T>(rest);
    } catch (failure) {
      this.finishUp();
      throw failure;
    }
    return undefined as T;
  }

  private get items(): number {
    return this.state.items as number;
  }

  private readonly follow = (): void => {
    this.ending.abort(this.caller?.reason);
    this.reader.interrupt(this.caller?.reason);
  };

  private readonly abortAttempt = (): void => {
    this.controller?.abort(this.ending.signal.reason);
  };

  /** Attempts, from the first one or from how the latest ended, until an item or the end is there. */
  private async proceed(ended?: Outcome<T>): Promise<IteratorResult<T>> {
    await untilAborted(this.run(ended), this.ending.signal).catch((error: unknown) => {
      this.countFailure();
      this.endSource(error);
      this.finishUp();
      throw error;
    });
    if (this.rest !== undefined) return this.pullRest(this.rest);
    return this.first.done === true ? this.complete() : this.passOn(this.first);
  }

  private async proceedAfter(error: unknown, asked: Timestamp): Promise<IteratorResult<T>> {
    const { state } = this;
    Object.assign(state, { attemptNumber: 1, idleFor: 0, upcomingSleep: 0, begun: asked });
    this.errors = undefined;
    const outcome = this.failedWith(error);
    const { passage } = this;
    this.passage = undefined;
    await passage?.end(outcome);
    return this.proceed(outcome);
  }

  private handOver(result: Promise<IteratorResult<T>>): void {
    const { consumer } = this;
    result.then(
      (item) => {
        consumer.take(item);
      },
      (error: unknown) => {
        consumer.fail(error);
      },
    );
  }

  private passOn(result: IteratorYieldResult<T>): IteratorYieldResult<T> {
    this.state.items = this.items + 1;
    this.last = result.value;
    return result;
  }

  /** The source has ended. */
  private async complete(): Promise<IteratorResult<T>> {
    const outcome = super.succeededWith(this.last as T);
    await this.passage?.end(outcome);
    this.passage = undefined;
    this.endSource();
    const told = this.runHooks('onSuccess', this.policy.onSuccess);
    try {
      if (isThenable(told)) await told;
    } catch (error) {
      await this.fail(error);
      return this.pullRest(this.rest as Source<T>);
    }
    this.succeed(undefined as T);
    this.finishUp();
    return END;
  }

  private async pullRest(rest: Source<T>): Promise<IteratorResult<T>> {
    try {
      const result = await untilAborted(rest.next(), this.ending.signal);
      if (result.done === true) this.finishUp();
      return result.done === true ? END : result;
    } catch (error) {
      rest.close();
      this.finishUp();
      throw error;
    }
  }

  private async resume(): Promise<void> {
    const { state } = this;
    const { outcome, self } = state;
    const error = outcome?.failed ? outcome.error : undefined;
    const progress: StreamProgress<T> = {
      items: this.items,
      last: this.last as T,
      error,
      args: state.args as unknown[],
      self,
    };
    const args = await callPolicyPart('resume', this.options.resume, (resume) => resume?.(progress), state);
    if (args === undefined) throw error ?? new Error('the stream cannot be resumed after an item that was refused');
    if (!Array.isArray(args)) throw new TypeError('resume must return the list of arguments, or undefined');
    this.nextArgs = args;
    await super.beforeSleep();
  }

  /** Closes the source of the latest attempt, if it is open, and ends its signal. */
  private endSource(reason?: unknown): void {
    unlisten(this.ending.signal, this.abortAttempt);
    const { source, controller } = this;
    this.source = undefined;
    source?.close();
    if (reason !== undefined && source !== undefined) controller?.abort(reason);
    this.state.signal = this.signal;
  }

  /** Nothing comes any more. */
  private finishUp(): void {
    this.over = true;
    this.passage?.leave();
    this.passage = undefined;
    if (this.caller !== undefined) unlisten(this.caller, this.follow);
  }
}
