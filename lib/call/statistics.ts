import { toMilliseconds, type Timestamp } from '../base/clock.js';

/**
 * The statistics of one call, in milliseconds (tenacity's `statistics`). Every call has its own object, which concurrent
 * calls do not change.
 */
export interface RetryStatistics {
  /** When the call began, on the policy's clock. */
  readonly startTime: number;
  /** The running attempt, or the last one, from 1; during a sleep, the next one. */
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
  /** Milliseconds slept between attempts, including the sleeps that are not over. */
  readonly idleFor: number;
}

/** Views for the engine, which writes them. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Counts for one call. The object that users see is made when they ask for it, and kept up to date from then on.
 *
 * Every call makes one, so its fields are not #private: those take longer to make.
 */
export class CallStatistics {
  readonly begun: Timestamp;
  private attemptNumber = 1;
  private idleFor = 0;
  /** When the last attempt that was not accepted ended. */
  private ended: Timestamp | undefined = undefined;
  /** The object that users see, made when they ask for it first. */
  private published: Writable<RetryStatistics> | undefined = undefined;

  constructor(begun: Timestamp) {
    this.begun = begun;
  }

  /** One object for the call, however often it is asked for. */
  get statistics(): RetryStatistics {
    return (this.published ??= this.current());
  }

  /** The attempt that ended at this time is retried or given up. */
  notAccepted(ended: Timestamp): void {
    this.ended = ended;
    if (this.published !== undefined) this.update();
  }

  /** Another attempt is made after the coming sleep, which `idleFor` counts already. */
  beforeSleep(idleFor: number): void {
    this.attemptNumber += 1;
    this.idleFor = idleFor;
    if (this.published !== undefined) this.update();
  }

  /** Neither that sleep nor the attempt after it is made after all. */
  withoutSleep(idleFor: number): void {
    this.attemptNumber -= 1;
    this.idleFor = idleFor;
    if (this.published !== undefined) this.update();
  }

  private update(): void {
    Object.assign(this.published as object, this.current());
  }

  private current(): RetryStatistics {
    const startTime = toMilliseconds(this.begun);
    return {
      startTime,
      attemptNumber: this.attemptNumber,
      idleFor: this.idleFor,
      delaySinceFirstAttempt: this.ended === undefined ? 0 : toMilliseconds(this.ended) - startTime,
    };
  }
}
