import { abortReason, listen, unlisten, untilAborted } from '../base/abort.js';
import { channels } from '../base/channels.js';
import type { Timestamp } from '../base/clock.js';
import { isThenable } from '../base/thenable.js';
import type { Invocation, RetryingOfCall } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import type { Consumer, Supply } from './consumer.js';
import { AttemptTimeoutError } from './errors.js';
import { ItemReader } from './item-reader.js';
import { publish } from './publish.js';
import { Source } from './source.js';
import type { StreamAttempt } from './stream-attempt.js';
import { StreamAttempts } from './stream-attempts.js';
import type { StreamOptions } from './stream-options.js';

const END: IteratorResult<never> = { done: true, value: undefined };

/** The call of a stream: it asks its source when its consumer asks, and continues when the source breaks off. */
export class StreamCall<T> extends StreamAttempts<T> implements Supply {
  private readonly caller: AbortSignal | undefined;
  /** Aborts when the caller does, and when the consumer leaves. */
  private readonly ending = new AbortController();
  /** The items that `fallback` puts in place of the failure. */
  private rest: Source<T> | undefined = undefined;
  private readonly reader: ItemReader<T>;
  /** The outcome of an attempt that was cut off while the consumer took its time. */
  private cut: Promise<Outcome<T>> | undefined = undefined;
  private over = false;

  constructor(
    owner: RetryingOfCall,
    invocation: Invocation,
    options: Pick<StreamOptions<T>, 'resume' | 'idleTimeout'>,
    private readonly consumer: Consumer<T>,
  ) {
    super(owner, invocation, options);
    this.reader = new ItemReader(this, options.idleTimeout ?? Infinity);
    this.caller = this.signal;
    this.endsBy(this.ending.signal);
    if (this.caller?.aborted) this.follow();
    else if (this.caller !== undefined) listen(this.caller, this.follow);
  }

  /** Asks for the next item: of the fallback, after an attempt that was cut off, or of the source. */
  pull(): void {
    const { rest, cut, latest, reader } = this;
    if (rest !== undefined) this.handOver(this.pullRest(rest));
    else if (cut !== undefined) {
      this.cut = undefined;
      this.handOver(cut.then((outcome) => this.proceed(outcome)));
    } else if (latest?.source === undefined) this.handOver(this.proceed());
    else reader.read(latest.source, latest.object);
  }

  received(result: IteratorResult<T>): void {
    if (result.done === true) this.handOver(this.complete());
    else this.consumer.take(this.passOn(result));
  }

  brokeOff(error: unknown, asked: Timestamp): void {
    this.handOver(this.startOver(error, asked).then((outcome) => this.proceed(outcome)));
  }

  /** The source is closed at once; the consumer learns it when it asks for the next item. */
  cutOff(error: unknown): void {
    this.cut = this.startOver(error, this.policy.now());
    this.cut.catch(() => undefined);
  }

  timeoutError(limit: 'idleTimeout' | 'deadline'): Error {
    const { state, policy, options } = this;
    if (limit === 'deadline') state.isPastDeadline = true;
    const time = limit === 'deadline' ? policy.deadline : (options.idleTimeout as number);
    return new AttemptTimeoutError(state.fnName, state.attemptNumber, limit, time);
  }

  /** The consumer leaves: everything ends at once. */
  leave(): void {
    if (this.over) return;
    // If only the items of `fallback` are left, the call was given up already.
    if (this.ended === undefined) publish(channels.abort, this.state);
    this.abandon();
    this.reader.stop();
    this.rest?.close();
    this.ending.abort(new DOMException('the stream was left', 'AbortError'));
    this.endSource();
    this.finishUp();
  }

  override async fail(error: unknown): Promise<T> {
    this.endSource(error);
    try {
      const rest = Source.of<T>(await super.fail(error), 'fallback');
      // It may arrive when the consumer has left.
      if (this.over) rest.close();
      else this.rest = rest;
    } catch (failure) {
      this.finishUp();
      throw failure;
    }
    return undefined as T;
  }

  private readonly follow = (): void => {
    const reason = abortReason(this.caller as AbortSignal);
    this.ending.abort(reason);
    this.reader.interrupt(reason);
  };

  /** Makes attempts until there is an item or the end. With `ended`, the decision about that outcome comes first. */
  private async proceed(ended?: Outcome<T>): Promise<IteratorResult<T>> {
    await this.run(ended);
    if (this.rest !== undefined) return this.pullRest(this.rest);
    // The consumer has left, or the caller aborted, before `fallback` returned its items.
    if (this.over) return END;
    if (this.first.done === true) return this.complete();
    this.reader.rest();
    return this.passOn(this.first);
  }

  private handOver(result: Promise<IteratorResult<T>>): void {
    const { consumer } = this;
    untilAborted(result, this.ending.signal).then(
      (item) => {
        consumer.take(item);
      },
      (error: unknown) => {
        this.countFailure();
        this.endSource(error);
        this.finishUp();
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
    // The attempt has succeeded with its first item; its limits settle by the last one.
    const outcome = this.succeededWith();
    this.endSource();
    try {
      await (this.latest as StreamAttempt<T>).settle({ ...outcome, value: this.last } as Outcome<T>);
      // The caller may have aborted, or the consumer left.
      this.throwIfAborted();
      const told = this.runHooks('onSuccess', this.policy.onSuccess);
      if (isThenable(told)) await told;
    } catch (error) {
      await this.fail(error);
      return this.rest === undefined ? END : this.pullRest(this.rest);
    }
    this.succeed(undefined as T);
    this.finishUp();
    return END;
  }

  private async pullRest(rest: Source<T>): Promise<IteratorResult<T>> {
    const result = await rest.next();
    if (result.done !== true) return result;
    this.finishUp();
    return END;
  }

  /** Called when no item follows: stops the timer, closes what is open, and frees slots. */
  private finishUp(): void {
    this.over = true;
    this.reader.stop();
    this.rest?.close();
    this.latest?.held?.leave();
    if (this.caller !== undefined) unlisten(this.caller, this.follow);
  }
}
