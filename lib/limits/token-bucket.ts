import { listen, unlisten } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { checkBoolean, checkClock, checkDuration, checkKeys, checkRange, checkSignal } from '../base/check.js';
import { startTimer, systemClock, type Clock } from '../base/clock.js';
import { processState } from '../base/process-state.js';
import { RateLimitTimeoutError } from './errors.js';
import { holds, refill, timeUntil, type Level } from './level.js';
import { WaiterQueue, type Waiter } from './queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from './rate-limiter.js';

/** Options of a `TokenBucket`. */
export interface TokenBucketOptions {
  /** Tokens per second; 0 is paused. */
  readonly rate: number;
  /** How many tokens it holds at most: the largest burst. Default `max(1, rate)`. */
  readonly capacity?: number | undefined;
  /** Tokens at the start. Default `capacity`. */
  readonly initial?: number | undefined;
  /** Lower the rate when the server throttles, and recover slowly. Default false. */
  readonly adaptive?: boolean | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
}

/** Options of `TokenBucket.forWindow`. */
export interface WindowOptions extends Pick<TokenBucketOptions, 'initial' | 'adaptive' | 'clock'> {
  /** How many the server allows in any window. */
  readonly limit: number;
  /** The window's length in milliseconds. */
  readonly window: number;
  /** The largest burst, less than `limit`. Default 1. */
  readonly burst?: number | undefined;
}

/** The factor of a cut and the floor, as in AWS SDKs' adaptive retry mode (after CUBIC, RFC 9438: β = 0.7). */
const CUT = 0.7;
const FLOOR = 0.01;
/** Of the configured rate, regained in a second of successes: the additive increase of TCP (RFC 5681). */
const REGAIN = 0.05;
/** A due time nearer than this could not be told from now on a clock that has run for long. */
const SHORTEST_TIMER = 1e-3;

/**
 * A token bucket that keeps its word.
 *
 * The bucket holds at most `capacity` tokens and gains `rate` a second. A caller that finds its tokens there, and nobody
 * waiting, takes them; any other stands in one queue, first come, first served, and is charged at the moment of its grant.
 * So in any window of t seconds at most `capacity + rate·t` tokens are granted, for any mix of callers and weights, and
 * the bucket is never idle while tokens and a waiter that fits are there. One timer, for the head of the queue, serves
 * all waiters; it looks at the clock again when it fires and never grants early.
 *
 * During `pauseFor` nobody is admitted and nothing is refilled.
 */
export class TokenBucket implements RateLimiter {
  readonly capacity: number;
  readonly #clock: Clock;
  readonly #adaptive: boolean;
  readonly #level: Level;
  readonly #queue = new WaiterQueue();
  #configured: number;
  #rate: number;
  #pausedUntil = -Infinity;
  #lastCut = -Infinity;
  #lastRaise: number;
  #cancelTimer: (() => void) | undefined;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: TokenBucketOptions) {
    checkKeys('TokenBucket', options, ['rate', 'capacity', 'initial', 'adaptive', 'clock']);
    const { rate, capacity = Math.max(1, rate), initial = capacity, adaptive = false, clock = systemClock } = options;
    this.#configured = checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);
    this.#rate = rate;
    this.capacity = checkRange('TokenBucket: capacity', capacity, Number.MIN_VALUE, Number.MAX_VALUE);
    checkRange('TokenBucket: initial', initial, 0, capacity);
    this.#adaptive = checkBoolean('TokenBucket: adaptive', adaptive);
    checkClock('TokenBucket: clock', clock);
    this.#clock = clock;
    this.#level = { tokens: initial, last: clock.now() };
    this.#lastRaise = this.#level.last;
  }

  /**
   * A bucket for a documented limit: no window of that length ever sees more than `limit`, since
   * `capacity + rate · window = limit`. The usual `rate = limit / window, capacity = limit` admits twice the limit.
   *
   * @throws RangeError when `burst ≥ limit`: nothing would be left for the rate.
   */
  static forWindow(options: WindowOptions): TokenBucket {
    checkKeys('TokenBucket.forWindow', options, ['limit', 'window', 'burst', 'initial', 'adaptive', 'clock']);
    const { limit, window, burst = 1, ...rest } = options;
    checkRange('TokenBucket.forWindow: limit', limit, Number.MIN_VALUE, Number.MAX_VALUE);
    checkRange('TokenBucket.forWindow: window', window, Number.MIN_VALUE, Number.MAX_VALUE);
    checkRange('TokenBucket.forWindow: burst', burst, Number.MIN_VALUE, Number.MAX_VALUE);
    if (burst >= limit)
      throw new RangeError(`TokenBucket.forWindow takes burst < limit, got burst ${burst} and limit ${limit}`);
    return new TokenBucket({ rate: ((limit - burst) * 1000) / window, capacity: burst, ...rest });
  }

  /** Tokens that are there now. */
  get available(): number {
    this.#settle();
    return Math.max(0, this.#level.tokens);
  }

  /** How many callers wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Tokens per second now in force. Assigning settles at the old rate and re-times all who wait. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);
    this.#configured = rate;
    this.#setRate(rate);
  }

  /**
   * Resolves once `tokens` (1) are granted, with the milliseconds waited. 0 tokens are free, even behind a queue.
   * Rejects, taking nothing: with `signal.reason` when the signal aborts, with `RateLimitTimeoutError` at once when the
   * wait would take longer than `maxWait`, with a RangeError when `tokens` is more than the capacity.
   */
  acquire(tokens = 1, options?: AcquireOptions): Promise<number> {
    try {
      const signal = options?.signal;
      if (signal !== undefined) checkSignal('acquire: signal', signal);
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (this.#take(tokens)) return Promise.resolve(0);
      const { maxWait } = options ?? {};
      if (maxWait !== undefined) {
        checkDuration('acquire: maxWait', maxWait, { infinite: true });
        const wait = this.#predict(tokens);
        if (wait > maxWait) return Promise.reject(new RateLimitTimeoutError(wait, maxWait));
      }
      return this.#enqueue(tokens, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes `tokens` (1) if they are there and nobody waits; a refusal changes nothing. */
  tryAcquire(tokens = 1): boolean {
    return this.#take(tokens);
  }

  /** Nobody is admitted for `ms` milliseconds; of several pauses the latest end counts. */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const now = this.#settle();
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
    this.#level.last = Math.max(this.#level.last, this.#pausedUntil);
    this.#arm();
  }

  /**
   * Told of an answer: a Retry-After that came with a refusal pauses all callers, what the server says is left lowers
   * the level, and an adaptive bucket lowers its rate, once a second at most.
   */
  report(feedback: RateFeedback): void {
    const { status, retryAfter, rateLimit } = feedback;
    const throttled = feedback.throttled ?? status === 429;
    const now = this.#settle();
    if (retryAfter !== undefined && retryAfter > 0 && (throttled || status === 503)) this.pauseFor(retryAfter);
    if (rateLimit?.remaining !== undefined && rateLimit.remaining >= 0) {
      this.#level.tokens = Math.min(this.#level.tokens, rateLimit.remaining);
      this.#arm();
    }
    if (!this.#adaptive || this.#configured === 0) return;
    if (throttled) {
      if (now - this.#lastCut < 1000) return;
      this.#lastCut = now;
      this.#lastRaise = now;
      this.#setRate(Math.max(this.#configured * FLOOR, this.#rate * CUT));
    } else if (this.#rate < this.#configured) {
      const seconds = Math.min(1000, now - this.#lastRaise) / 1000;
      this.#lastRaise = now;
      this.#setRate(Math.min(this.#configured, this.#rate + this.#configured * REGAIN * seconds));
    }
  }

  #settle(): number {
    const now = this.#clock.now();
    refill(this.#level, now, this.#rate / 1000, this.capacity);
    return now;
  }

  #take(tokens: number): boolean {
    if (tokens !== 1) checkRange('acquire: tokens', tokens, 0, Number.MAX_VALUE);
    if (tokens > this.capacity) {
      throw new RangeError(`acquire: tokens takes at most the capacity (${this.capacity}), got ${tokens}`);
    }
    if (tokens === 0 || processState.testing !== undefined) return true;
    if (this.#queue.size > 0 || this.#rate === 0) return false;
    const now = this.#settle();
    if (now < this.#pausedUntil || !holds(this.#level, tokens)) return false;
    this.#level.tokens -= tokens;
    return true;
  }

  /** How long one who comes now would wait, queue and pause counted. */
  #predict(tokens: number): number {
    if (this.#rate === 0) return Infinity;
    const now = this.#settle();
    return Math.max(
      this.#pausedUntil - now,
      timeUntil(this.#level, this.#queue.tokens + tokens, now, this.#rate / 1000),
    );
  }

  #enqueue(tokens: number, signal: AbortSignal | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      const since = this.#clock.now();
      const abort = (): void => {
        const wasHead = this.#queue.head === waiter;
        this.#queue.remove(waiter);
        reject(signal?.reason as Error);
        if (wasHead) this.#wake();
      };
      const waiter: Waiter = {
        tokens,
        since,
        grant: (now) => {
          if (signal !== undefined) unlisten(signal, abort);
          const waited = Math.max(0, now - since);
          if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter: this, tokens, waited });
          resolve(waited);
        },
        previous: undefined,
        next: undefined,
      };
      if (signal !== undefined) listen(signal, abort);
      this.#queue.push(waiter);
      if (this.#queue.size === 1) this.#arm();
    });
  }

  /** Grants all that are due, and sets the timer for the next. */
  #wake(): void {
    const now = this.#settle();
    const { head } = this.#queue;
    for (let waiter = head; waiter !== undefined && this.#admits(waiter, now); waiter = this.#queue.head) {
      this.#queue.remove(waiter);
      this.#level.tokens -= waiter.tokens;
      waiter.grant(now);
    }
    this.#arm();
  }

  #admits(waiter: Waiter, now: number): boolean {
    return this.#rate > 0 && now >= this.#pausedUntil && holds(this.#level, waiter.tokens);
  }

  /** One timer, for the head; none when nobody waits or nothing is to be expected. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { head } = this.#queue;
    if (head === undefined || this.#rate === 0) return;
    const now = this.#clock.now();
    const due = Math.max(
      this.#pausedUntil - now,
      timeUntil(this.#level, head.tokens, now, this.#rate / 1000),
      SHORTEST_TIMER,
    );
    if (due === Infinity) return;
    this.#cancelTimer = startTimer(this.#clock, due, () => {
      this.#cancelTimer = undefined;
      this.#wake();
    });
  }

  #setRate(rate: number): void {
    this.#settle();
    this.#rate = rate;
    this.#wake();
  }
}
