import { toMilliseconds, type Timestamp } from '../base/clock.js';
import type { Outcome } from './outcome.js';

/** The policy that a call runs under: a `Retrying`. The engine completes this interface. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged with Retrying by the engine
export interface RetryingOfCall {}

/** What a call is called; a function of its `this` is asked when somebody wants to know. */
export type Naming = string | ((self: unknown) => string);

/** What a call is about: the function as it was wrapped, and what it was called with. */
export interface Invocation {
  readonly fn: (...args: never[]) => unknown;
  /** `Class.method` for a decorated method, else the function's name, else the policy's `name`. */
  readonly naming: Naming;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** The request of an HTTP client. */
  readonly request?: unknown;
}

/**
 * The state of a call (tenacity's `RetryCallState`), which every strategy and hook receives. There is one object per call;
 * the engine updates it from attempt to attempt.
 */
export class RetryCallState<T = unknown> {
  readonly retrying: RetryingOfCall;
  /** The wrapped function. */
  readonly fn: (...args: never[]) => unknown;
  /** @internal */
  readonly naming: Naming;
  /** `this` of the call. */
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** The attempt that is about to run, is running or has just ended, from 1. */
  attemptNumber = 1;
  /** How that attempt ended; `undefined` before and while it runs. */
  outcome: Outcome<T> | undefined = undefined;
  /** When the last attempt ended. @internal */
  ended: Timestamp | undefined = undefined;
  /** Milliseconds slept so far between attempts. In `beforeSleep` it already includes the next sleep. */
  idleFor = 0;
  /** The milliseconds that `wait` returned last. */
  upcomingSleep = 0;
  /**
   * Aborts when the caller aborts, and when `attemptTimeout` or `deadline` cut the running attempt off; `undefined` if nothing
   * can abort.
   */
  signal: AbortSignal | undefined = undefined;
  /** The number of items of a stream so far; `undefined` for a call. */
  declare items?: number;
  /** The number of bytes of a body so far, while the rest of it is requested. */
  declare bytes?: number;
  /** True once a timer has cut the call off at its deadline, though the clock may show a little less. @internal */
  declare isPastDeadline?: boolean;
  /** Where jitter comes from: a number in [0, 1). */
  readonly random: () => number;
  /** When the call began; a stream begins again with each item. @internal */
  begun: Timestamp;
  /** The request of a call that an HTTP client of tenax makes; `undefined` in the core. */
  request: unknown = undefined;

  /** @internal */
  constructor(retrying: RetryingOfCall, invocation: Invocation, begun: Timestamp, random: () => number = Math.random) {
    this.retrying = retrying;
    this.fn = invocation.fn;
    this.naming = invocation.naming;
    this.self = invocation.self;
    this.args = invocation.args;
    this.request = invocation.request;
    this.random = random;
    this.begun = begun;
  }

  /** `Class.method` (the declaring class), or the function's name, or the policy's `name`. */
  get fnName(): string {
    return typeof this.naming === 'string' ? this.naming : this.naming(this.self);
  }

  /** When the call began: milliseconds on the policy's clock. */
  get startTime(): number {
    return toMilliseconds(this.begun);
  }

  /** When the last attempt ended, on the policy's clock; `undefined` before and while one runs. */
  get outcomeTimestamp(): number | undefined {
    return this.ended === undefined ? undefined : toMilliseconds(this.ended);
  }

  /** Milliseconds from the start of the call to the end of the last attempt; `undefined` before and while one runs. */
  get elapsed(): number | undefined {
    return this.ended === undefined ? undefined : toMilliseconds(this.ended) - toMilliseconds(this.begun);
  }
}
