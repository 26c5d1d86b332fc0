import { abortReason } from '../base/abort.js';
import { checkClock, checkDuration, checkWhole } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { checkAcquireOptions } from './acquire-request.js';
import { readFeedback, readForSlots, type Reading } from './feedback.js';
import { limitGate } from './gate.js';
import { MEMBER, type Reservation, type Line, type Member } from './line.js';
import { publishGrant, publishPause } from './queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from './rate-limiter.js';
import { newLine, serve, waitIn } from './serve.js';
import { steadyClock, type SteadyClock } from './steady-clock.js';

/** Options of every limit within a process. */
export interface LocalLimiterOptions {
  /** The most callers that may wait. Further callers are refused with `LimiterFullError`. Default `Infinity`. */
  readonly maxPending?: number | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
}

/** Properties that `console.log` and `JSON.stringify` leave out. */
const HIDDEN = ['time', 'line', 'lines', 'reservation', 'pausedUntil'] as const;

/**
 * The base of all limits within a process: the queue, pauses, and reports of what a server said. A subclass says only how many
 * tokens there are at a moment, and when there will be more; {@link Member} says what each method has to return. `fits`,
 * `timeUntil` and `leastWait` take `pausedUntil` into account.
 */
export abstract class LocalLimiter implements Member, GateBearer {
  /** Whether combinations may charge it without `acquire`: false if a subclass or a spy has overridden `acquire`. @internal */
  get [MEMBER](): boolean {
    return this.acquire === LocalLimiter.prototype.acquire;
  }
  /** @internal */
  readonly time: SteadyClock;
  /** @internal */
  readonly maxPending: number;
  /** @internal */
  readonly lines: Line[] = [];
  /** @internal */
  reservation: Reservation | undefined = undefined;
  /** @internal */
  protected pausedUntil = -Infinity;
  /** What is counted, as `RateLimit` names it; undefined for limits of concurrency. @internal */
  abstract readonly unit: string | undefined;
  /** Milliseconds in which it recovers after everything was taken. @internal */
  abstract readonly refillTime: number;
  /** Whether it is in the state of a new one, so that `TokenBuckets` may drop it. @internal */
  abstract readonly isLikeNew: boolean;
  /** Its own queue. @internal */
  readonly line: Line = newLine([this], this);

  constructor(name: string, { maxPending = Infinity, clock = systemClock }: LocalLimiterOptions) {
    this.maxPending = checkWhole(`${name}: maxPending`, maxPending, 0, { infinite: true });
    checkClock(`${name}: clock`, clock);
    this.time = steadyClock(clock);
    for (const key of HIDDEN) Object.defineProperty(this, key, { enumerable: false });
  }

  /** @internal */
  abstract checkCost(tokens: number): void;
  /** @internal */
  abstract fits(tokens: number, now: number): boolean;
  /** @internal */
  abstract exceeds(tokens: number): boolean;
  /** @internal */
  abstract timeUntil(tokens: number, now: number): number;
  /** @internal */
  abstract leastWait(tokens: number, now: number): number;
  /** @internal */
  abstract delays(tokens: number, reservation: Reservation, now: number): boolean;
  /** @internal */
  abstract charge(tokens: number, now: number): void;
  /** Lowers the tokens to what the server says is left. Limits of concurrency do not have it. @internal */
  protected lower?(remaining: number, now: number, reset: number | undefined): void;

  /** The number of waiting callers, including those of combinations. */
  get pending(): number {
    let pending = 0;
    for (const { queue } of this.lines) pending += queue.size;
    return pending;
  }

  /**
   * Resolves with the milliseconds waited, once `tokens` (1) are granted. 0 tokens are granted at once. In these cases it
   * rejects and takes nothing: with `signal.reason` if the signal aborts; with `RateLimitTimeoutError` if the wait is longer
   * than `maxWait`; with `LimiterFullError` if `maxPending` callers already wait; with a RangeError for more than can ever be
   * granted.
   */
  acquire(tokens = 1, options?: AcquireOptions): Promise<number> {
    try {
      if (options !== undefined) {
        checkAcquireOptions(options);
        if (options.signal?.aborted) return Promise.reject(abortReason(options.signal));
      }
      if (!this.#take(tokens)) return waitIn(this.line, tokens, undefined, options);
      publishGrant(this, tokens, 0);
      return Promise.resolve(0);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes `tokens` (1) and returns true, if they are there, no caller waits for this limit, and no waiter of a combination
   * would be delayed. Otherwise takes nothing and returns false.
   */
  tryAcquire(tokens = 1): boolean {
    if (this.lines.length > 0) return this.#takeBesideOthers(tokens);
    return this.#take(tokens);
  }

  /**
   * Admits no caller for `ms` milliseconds. Of several pauses, the latest end counts.
   *
   * @throws TypeError or RangeError for a value that is not a number of milliseconds; `Infinity` is allowed.
   */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const now = this.time.now();
    this.pausedUntil = Math.max(this.pausedUntil, now + ms);
    publishPause(this, ms);
    this.changed();
  }

  /**
   * Follows what a server said. If it refused and named a time, or if nothing is left until a reset, no caller is admitted
   * until then. A remaining count lowers the tokens to it.
   */
  report(feedback: RateFeedback): void {
    this.applyReading(this.unit === undefined ? readForSlots(feedback) : readFeedback(feedback, this.unit));
  }

  /** @internal */
  applyReading({ pause, remaining, reset }: Reading): void {
    if (pause > 0) this.pauseFor(pause);
    if (remaining !== undefined) this.lower?.(remaining, this.time.now(), reset);
  }

  /** Only sliding windows need to know when a charge was made. @internal */
  settleCharge(acquired: number, used: number, _chargedAt: number): void {
    (this as RateLimiter).settle?.(acquired, used);
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }

  /** @internal */
  isPaused(now: number): boolean {
    return now < this.pausedUntil;
  }

  /** Tokens are reserved only for a waiter whose due moment is known. @internal */
  canReserveUntil(at: number): boolean {
    return at < Infinity;
  }

  /** @internal */
  reservedUntil(_reservation: Reservation, _now: number): number {
    return Infinity;
  }

  /** @internal */
  queueChanged(): void {
    // Only limits of concurrency need this.
  }

  /** Serves the queues after a change that may allow a grant or delay one. */
  protected changed(): void {
    if (this.lines.length > 0) serve(this.lines.slice());
  }

  #take(tokens: number): boolean {
    this.checkCost(tokens);
    if (tokens === 0) return true;
    if (this.lines.length > 0 && processContext.testing === undefined) return false;
    const now = this.time.now();
    if (processContext.testing === undefined && !this.fits(tokens, now)) return false;
    this.charge(tokens, now);
    return true;
  }

  #takeBesideOthers(tokens: number): boolean {
    this.checkCost(tokens);
    if (tokens === 0) return true;
    if (processContext.testing === undefined) {
      this.changed();
      if (this.line.queue.size > 0) return false;
    }
    const now = this.time.now();
    if (processContext.testing === undefined) {
      if (!this.fits(tokens, now)) return false;
      if (this.lines.length > 0 && this.reservation !== undefined && this.delays(tokens, this.reservation, now))
        return false;
    }
    this.charge(tokens, now);
    // The callers that wait may have to wait longer now, so their timers are set again.
    this.changed();
    return true;
  }
}
