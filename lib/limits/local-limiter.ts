import { abortReason } from '../base/abort.js';
import { checkClock, checkDuration, checkWhole } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { checkAcquireOptions } from './acquire-request.js';
import { readFeedback, readForSlots, type Reading } from './feedback.js';
import { limitGate } from './gate.js';
import { MEMBER, type Keep, type Line, type Member } from './line.js';
import { publishGrant, publishPause } from './queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from './rate-limiter.js';
import { newLine, serve, waitIn } from './serve.js';
import { steadyClock, type SteadyClock } from './steady-clock.js';

/** Options of every limit of this process. */
export interface LocalLimiterOptions {
  /** The most callers that may wait. Further callers are refused with `LimiterFullError`. Default `Infinity`. */
  readonly maxPending?: number | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
}

const HIDDEN = ['time', 'line', 'lines', 'keep', 'pausedUntil'] as const;

/**
 * What the limits of this process have in common: the queue, pauses, and what a server reports. A limit itself says only
 * how many there are at one moment, and when there will be more.
 */
export abstract class LocalLimiter implements Member, GateBearer {
  /** Whether it may be charged behind the back of `acquire`: not if a subclass, or a spy, has put its own in place. @internal */
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
  keep: Keep | undefined = undefined;
  /** @internal */
  protected pausedUntil = -Infinity;
  /** What is counted, as `RateLimit` names it; undefined for limits of concurrency. @internal */
  abstract readonly unit: string | undefined;
  /** Milliseconds in which all that it allows is there again. @internal */
  abstract readonly refillTime: number;
  /** Its own queue. @internal */
  readonly line: Line = newLine([this], this);

  constructor(name: string, { maxPending = Infinity, clock = systemClock }: LocalLimiterOptions) {
    this.maxPending = checkWhole(`${name}: maxPending`, maxPending, 0, { infinite: true });
    checkClock(`${name}: clock`, clock);
    this.time = steadyClock(clock);
    // What is printed or serialized of a limiter is not its queue.
    for (const key of HIDDEN) Object.defineProperty(this, key, { enumerable: false });
  }

  /** @internal */
  abstract checkCost(tokens: number): void;
  /** @internal */
  abstract fits(tokens: number, now: number): boolean;
  /** @internal */
  abstract exceeds(tokens: number): boolean;
  /** @internal */
  abstract waitFor(tokens: number, now: number): number;
  /** @internal */
  abstract atLeast(tokens: number, now: number): number;
  /** @internal */
  abstract delays(tokens: number, keep: Keep, now: number): boolean;
  /** @internal */
  abstract charge(tokens: number, now: number): void;
  /** Lowers what is there to what the server says is left. @internal */
  protected abstract lower(remaining: number, now: number, reset: number | undefined): void;
  /** Whether it is no different from a new one. @internal */
  abstract readonly isLikeNew: boolean;

  /** How many callers wait, those of combinations included. */
  get pending(): number {
    let pending = 0;
    for (const { queue } of this.lines) pending += queue.size;
    return pending;
  }

  /**
   * Resolves with the milliseconds waited, once `tokens` (1) are granted. 0 tokens are free, even behind a queue. In these
   * cases it rejects and takes nothing: with `signal.reason` if the signal aborts; with `RateLimitTimeoutError` if the wait
   * is longer than `maxWait`; with `LimiterFullError` if `maxPending` callers already wait; with a RangeError for more than
   * can ever be granted.
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
   * Takes `tokens` (1) and returns true, if they are there, nobody waits for this limit, and no waiter would be delayed.
   */
  tryAcquire(tokens = 1): boolean {
    if (this.lines.length > 0) return this.#takeBesideOthers(tokens);
    return this.#take(tokens);
  }

  /** Admits no caller for `ms` milliseconds. Of several pauses, the latest end counts. */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const now = this.time.now();
    this.pausedUntil = Math.max(this.pausedUntil, now + ms);
    publishPause(this, ms);
    this.changed();
  }

  /**
   * Takes note of an answer. If the server refused and named a time, all callers pause until then; likewise if nothing is
   * left until a reset. A remaining count lowers the tokens to it.
   */
  report(feedback: RateFeedback): void {
    this.applyReading(this.unit === undefined ? readForSlots(feedback) : readFeedback(feedback, this.unit));
  }

  /** @internal */
  applyReading({ pause, remaining, reset }: Reading): void {
    if (pause > 0) this.pauseFor(pause);
    if (remaining !== undefined) this.lower(remaining, this.time.now(), reset);
  }

  /** When a charge was made matters to windows alone. @internal */
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

  /** Tokens are kept only for a waiter that is known to be due. @internal */
  keepsUntil(at: number): boolean {
    return at < Infinity;
  }

  /** @internal */
  keptUntil(_keep: Keep, _now: number): number {
    return Infinity;
  }

  /** @internal */
  queueChanged(): void {
    // Of interest to limits of concurrency.
  }

  /** Something changed that may be the turn of a waiter, or delay it. */
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
      if (this.lines.length > 0 && this.keep !== undefined && this.delays(tokens, this.keep, now)) return false;
    }
    this.charge(tokens, now);
    // Those that wait may have to wait longer.
    this.changed();
    return true;
  }
}
