import { nextTick } from '../base/host.js';
import { processContext } from '../base/process-context.js';
import { startTimer, toMilliseconds, type Timestamp } from '../base/clock.js';
import type { Policy } from './policy.js';
import type { Receiver, Source } from './source.js';

/** What a reader needs of its call. */
interface ReadingCall<T> {
  readonly policy: Policy;
  readonly deadlineAt: number;
  /** Gets the item that was asked for, or the end. */
  received(result: IteratorResult<T>): void;
  /** Called when the source, which was asked at that time, broke off or took too long. */
  brokeOff(error: unknown, asked: Timestamp): void;
  /** Called when the stream is to end while its consumer takes its time. */
  cutOff(error: unknown): void;
  timeoutError(limit: 'idleTimeout' | 'deadline'): Error;
}

/** Calls back when the items that are there at once have been read; on platforms without ticks, after two microtasks. */
const whenQuiet: (callback: () => void) => void =
  nextTick ??
  ((callback) => {
    void Promise.resolve()
      .then(() => undefined)
      .then(callback);
  });

/** Reads the items of a stream one by one, each in its time. */
export class ItemReader<T> implements Receiver<T> {
  /** Whether the source was asked, or the consumer takes its time; `undefined` while there is no source to read. */
  private phase: 'reading' | 'resting' | undefined = undefined;
  private asked: Timestamp = 0;
  private readonly hasDeadline: boolean;
  private isWatching = false;
  private cancelTimer: (() => void) | undefined = undefined;

  constructor(
    private readonly call: ReadingCall<T>,
    private readonly idleTimeout: number,
  ) {
    this.hasDeadline = call.policy.deadline !== Infinity;
  }

  /** Asks for an item. The time that the consumer takes with it does not count as idle. */
  read(source: Source<T>, attempt: object | undefined): void {
    const { call, hasDeadline } = this;
    this.asked = call.policy.now();
    this.phase = 'reading';
    // No timer fires while items are there at once.
    if (hasDeadline && call.deadlineAt <= toMilliseconds(this.asked)) {
      this.interrupt(call.timeoutError('deadline'));
      return;
    }
    // While the consumer took its time, the timer was set to the deadline alone.
    if (this.idleTimeout !== Infinity) this.clearTimer();
    if (hasDeadline || this.idleTimeout !== Infinity) this.watch();
    // The source runs within the scope of its attempt: `currentAttempt()` holds there too.
    const scope = processContext.aroundAttempt;
    if (scope === undefined || attempt === undefined) source.ask(this);
    else source.ask(this, (read) => scope(attempt, read));
  }

  /** The consumer has an item and takes its time; the deadline continues. */
  rest(): void {
    this.stop();
    this.phase = 'resting';
    if (this.hasDeadline) this.watch();
  }

  /** Ends the stream with an error, whether it is being read or not. */
  interrupt(error: unknown): void {
    const { phase } = this;
    this.stop();
    if (phase === 'reading') this.call.brokeOff(error, this.asked);
    else if (phase === 'resting') this.call.cutOff(error);
  }

  /** Stops reading, and cancels the timer. */
  stop(): void {
    this.phase = undefined;
    this.clearTimer();
  }

  received(result: IteratorResult<T>): void {
    if (result.done === true) this.stop();
    else this.rest();
    this.call.received(result);
  }

  failed(error: unknown): void {
    this.stop();
    this.call.brokeOff(error, this.asked);
  }

  private clearTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** Sets the timer, unless the item is there at once. */
  private watch(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    whenQuiet(this.arm);
  }

  private readonly arm = (): void => {
    this.isWatching = false;
    const { call, phase } = this;
    if (phase === undefined || this.cancelTimer !== undefined) return;
    const { clock } = call.policy;
    const idleAt = phase === 'resting' ? Infinity : toMilliseconds(this.asked) + this.idleTimeout;
    const [limit, end] =
      idleAt < call.deadlineAt ? (['idleTimeout', idleAt] as const) : (['deadline', call.deadlineAt] as const);
    if (end === Infinity) return;
    this.cancelTimer = startTimer(clock, Math.max(0, end - clock.now()), () => {
      this.interrupt(call.timeoutError(limit));
    });
  };
}
