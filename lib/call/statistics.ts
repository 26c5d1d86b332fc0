import { toMilliseconds, type Timestamp } from '../base/clock.js';

/**
 * The statistics of one call, in milliseconds (tenacity's `statistics`). Every call has its own object, which concurrent
 * calls do not change.
 */
export interface RetryStatistics {
  /** When the call began, on the policy's clock. */
  readonly startTime: number;
  /** The running attempt, or the last one, from 1. */
  readonly attemptNumber: number;
  /** Time slept between attempts, including the next sleep. */
  readonly idleFor: number;
  /** The time from the start to the end of the last attempt that was retried or given up; 0 before. */
  readonly delaySinceFirstAttempt: number;
}

/** The totals of all calls of a policy. */
export interface RetryTotals {
  readonly calls: number;
  readonly attempts: number;
  /** Attempts after the first of their call. */
  readonly retries: number;
  readonly succeeded: number;
  /** Calls that failed, aborted ones included. */
  readonly failed: number;
  /** Milliseconds slept between attempts. */
  readonly idleFor: number;
}

/** Views for the engine, which writes them. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * What a call counts. Its statistics are made of it when somebody asks for them, and kept up to date from then on.
 *
 * One is made for every call, which is why its fields are not #private: those take longer to make.
 */
export class CallStatistics {
  readonly begun: Timestamp;
  private attemptNumber = 1;
  private idleFor = 0;
  private judged: Timestamp | undefined = undefined;
  private shown: Writable<RetryStatistics> | undefined = undefined;

  constructor(begun: Timestamp) {
    this.begun = begun;
  }

  /** One object for the call, however often it is asked for. */
  get statistics(): RetryStatistics {
    return (this.shown ??= this.figures());
  }

  /** The attempt that ended at `judged` is to be retried or given up. */
  judge(judged: Timestamp): void {
    this.judged = judged;
    if (this.shown !== undefined) this.update();
  }

  /** Another attempt is made after the coming sleep, which `idleFor` counts already. */
  goOn(idleFor: number): void {
    this.attemptNumber += 1;
    this.idleFor = idleFor;
    if (this.shown !== undefined) this.update();
  }

  /** The coming sleep is not made after all, nor is the attempt after it. */
  stay(idleFor: number): void {
    this.attemptNumber -= 1;
    this.idleFor = idleFor;
    if (this.shown !== undefined) this.update();
  }

  private update(): void {
    Object.assign(this.shown as object, this.figures());
  }

  private figures(): RetryStatistics {
    const startTime = toMilliseconds(this.begun);
    return {
      startTime,
      attemptNumber: this.attemptNumber,
      idleFor: this.idleFor,
      delaySinceFirstAttempt: this.judged === undefined ? 0 : toMilliseconds(this.judged) - startTime,
    };
  }
}
