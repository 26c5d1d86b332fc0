/**
 * The figures of one call, in milliseconds (tenacity's `statistics`). Every call has an object of its own, which a
 * concurrent call does not touch.
 */
export interface RetryStatistics {
  /** When the call began, on the policy's clock. */
  readonly startTime: number;
  /** The attempt that is running or was the last, from 1. */
  readonly attemptNumber: number;
  /** Time slept between attempts, the coming sleep included. */
  readonly idleFor: number;
  /** From the start to the end of the last attempt that was to be retried or given up; 0 before. */
  readonly delaySinceFirstAttempt: number;
}

/** The figures of all calls of a policy together. */
export interface RetryTotals {
  readonly calls: number;
  readonly attempts: number;
  /** Attempts after the first of their call. */
  readonly retries: number;
  readonly succeeded: number;
  /** Calls that ended in an error, aborted ones included. */
  readonly failed: number;
  /** Milliseconds slept between attempts. */
  readonly idleFor: number;
}

/** The engine's own, writable views of the two. @internal */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
