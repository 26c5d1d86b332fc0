import { nextTick } from '../base/host.js';
import { processContext } from '../base/process-context.js';
import { startTimer } from '../base/clock.js';
import { toMilliseconds, type Timestamp } from '../base/timestamp.js';
import type { Policy } from './policy.js';
import type { Receiver, Source } from './source.js';

/** What a reader needs of its call. */
interface ReadingCall<T> {
  readonly policy: Policy;
  readonly deadlineAt: number;
  /** The attempt that the source belongs to. */
  readonly attemptObject: object | undefined;
  /** The item that was asked for, or the end. */
  received(result: IteratorResult<T>): void;
  /** The source broke off, or took too long. It was asked at that time. */
  brokeOff(error: unknown, asked: Timestamp): void;
  timeoutError(limit: 'idleTimeout' | 'deadline'): Error;
}

/** Calls back when what is there at once has been read; where nobody can tell, soon. */
const whenQuiet: (callback: () => void) => void =
  nextTick ??
  ((callback) => {
    void Promise.resolve()
      .then(() => undefined)
      .then(callback);
  });

/** Reads the items of a stream one by one, each in its time. */
export class ItemReader<T> implements Receiver<T> {
  private reading = false;
  private asked: Timestamp = 0;
  private readonly isTimed: boolean;
  private isWatching = false;
  private cancelTimer: (() => void) | undefined = undefined;

  constructor(
    private readonly call: ReadingCall<T>,
    private readonly idleTimeout: number,
  ) {
    this.isTimed = idleTimeout !== Infinity || call.policy.deadline !== Infinity;
  }

  /** Asks for an item. What its consumer does with it afterwards takes none of its time. */
  read(source: Source<T>): void {
    const { call } = this;
    this.asked = call.policy.now();
    this.reading = true;
    if (this.isTimed) {
      // The consumer's own time counts in the deadline, and an item may be there at once.
      if (call.policy.deadline !== Infinity && call.deadlineAt <= toMilliseconds(this.asked)) {
        this.interrupt(call.timeoutError('deadline'));
        return;
      }
      this.watch();
    }
    // The source runs within the scope of its attempt: `currentAttempt()` holds there too.
    const scope = processContext.aroundAttempt;
    const { attemptObject } = call;
    if (scope === undefined || attemptObject === undefined) source.ask(this);
    else source.ask(this, (read) => scope(attemptObject, read));
  }

  /** Ends the wait for an item with an error; nothing where nobody waits. */
  interrupt(error: unknown): void {
    if (this.reading) this.failed(error);
  }

  /** Nobody waits any more. */
  stop(): void {
    this.reading = false;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  received(result: IteratorResult<T>): void {
    this.stop();
    this.call.received(result);
  }

  failed(error: unknown): void {
    this.stop();
    this.call.brokeOff(error, this.asked);
  }

  /** Items that are there at once need no timer. */
  private watch(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    whenQuiet(this.arm);
  }

  private readonly arm = (): void => {
    this.isWatching = false;
    if (!this.reading || this.cancelTimer !== undefined) return;
    const { call, idleTimeout } = this;
    const { clock } = call.policy;
    const idleAt = toMilliseconds(this.asked) + idleTimeout;
    const [limit, end] =
      idleAt < call.deadlineAt ? (['idleTimeout', idleAt] as const) : (['deadline', call.deadlineAt] as const);
    this.cancelTimer = startTimer(clock, Math.max(0, end - clock.now()), () => {
      this.interrupt(call.timeoutError(limit));
    });
  };
}
