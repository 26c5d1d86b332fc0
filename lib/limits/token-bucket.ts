import { checkDuration } from '../base/check.js';
import { startTimer, type Clock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { AdaptiveRate } from './adaptive-rate.js';
import {
  checkRate,
  withDefaults,
  bucketForWindow,
  type TokenBucketOptions,
  type WindowOptions,
} from './bucket-options.js';
import { readFeedback } from './feedback.js';
import { holds, refill, timeUntil, type Level } from './level.js';
import { publishGrant, publishPause, Waiter, WaiterQueue } from './queue.js';
import { checkAcquireOptions, checkTokens, timeoutErrorIfOver } from './acquire-request.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from './rate-limiter.js';

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
  readonly #capacity: number;
  readonly #clock: Clock;
  readonly #level: Level;
  readonly #queue = new WaiterQueue();
  readonly #rateAsMade: number;
  /** Only where the server's refusals lower the rate. */
  #adaptive: AdaptiveRate | undefined;
  #rate: number;
  #pausedUntil = -Infinity;
  #cancelTimer: (() => void) | undefined;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: TokenBucketOptions) {
    const { rate, capacity, initial, adaptive, clock } = withDefaults(options);
    this.#capacity = capacity;
    this.#clock = clock;
    this.#level = { tokens: initial, last: clock.now() };
    this.#rate = rate;
    this.#rateAsMade = rate;
    this.#adaptive = adaptive ? new AdaptiveRate(rate) : undefined;
  }

  /**
   * A bucket for a documented limit: no window of that length ever sees more than `limit`, since
   * `capacity + rate · window = limit`. The usual `rate = limit / window, capacity = limit` admits twice the limit.
   *
   * @throws RangeError when `burst ≥ limit`: nothing would be left for the rate.
   */
  static forWindow(options: WindowOptions): TokenBucket {
    return new TokenBucket(bucketForWindow(options));
  }

  /** The most tokens that it holds. Not settable. */
  get capacity(): number {
    return this.#capacity;
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

  /** Whether it is as good as new: full, unpaused, at the rate that it was made with, and nobody waits. */
  get idle(): boolean {
    const now = this.#settle();
    const full = holds(this.#level, this.#capacity) && now >= this.#pausedUntil;
    return full && this.#rate === this.#rateAsMade && this.#queue.size === 0;
  }

  /** Tokens per second now in force. Assigning settles at the old rate and re-times all who wait. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    checkRate(rate);
    if (this.#adaptive !== undefined) this.#adaptive = new AdaptiveRate(rate);
    this.#setRate(rate);
  }

  /**
   * Resolves once `tokens` (1) are granted, with the milliseconds waited. 0 tokens are free, even behind a queue.
   * Rejects, taking nothing: with `signal.reason` when the signal aborts, with `RateLimitTimeoutError` at once when the
   * wait would take longer than `maxWait`, with a RangeError when `tokens` is more than the capacity.
   */
  acquire(tokens = 1, options?: AcquireOptions): Promise<number> {
    try {
      if (options) checkAcquireOptions(options);
      const { signal, maxWait } = options ?? {};
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (this.#take(tokens)) {
        publishGrant(this, tokens, 0);
        return Promise.resolve(0);
      }
      if (maxWait !== undefined) {
        const refusal = timeoutErrorIfOver(this.#waitFor(this.#queue.tokens + tokens), maxWait);
        if (refusal !== undefined) return Promise.reject(refusal);
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
    publishPause(this, ms);
    this.#arm();
  }

  /**
   * Told of an answer: a Retry-After that came with a refusal pauses all callers, what the server says is left lowers
   * the level, and an adaptive bucket lowers its rate, once a second at most, and regains it on successes.
   */
  report(feedback: RateFeedback): void {
    const reading = readFeedback(feedback);
    const { pause, remaining = Infinity } = reading;
    const now = this.#settle();
    if (pause > 0) this.pauseFor(pause);
    if (remaining < this.#level.tokens) {
      this.#level.tokens = remaining;
      this.#arm();
    }
    const rate = this.#adaptive?.after(reading, now) ?? this.#rate;
    if (rate !== this.#rate) this.#setRate(rate);
  }

  #settle(): number {
    const now = this.#clock.now();
    refill(this.#level, now, this.#rate / 1000, this.#capacity);
    return now;
  }

  #take(tokens: number): boolean {
    checkTokens(tokens, this.#capacity);
    if (tokens === 0 || processContext.testing !== undefined) return true;
    if (this.#queue.size > 0 || !this.#admits(tokens, this.#settle())) return false;
    this.#level.tokens -= tokens;
    return true;
  }

  /** Whether tokens may be taken, and that many are there. */
  #admits(tokens: number, now: number): boolean {
    return this.#rate > 0 && now >= this.#pausedUntil && holds(this.#level, tokens);
  }

  /** Milliseconds until that many are there and may be taken, if nobody else takes any. */
  #waitFor(tokens: number): number {
    const now = this.#settle();
    if (this.#rate === 0) return Infinity;
    return Math.max(this.#pausedUntil - now, timeUntil(this.#level, tokens, now, this.#rate / 1000));
  }

  #enqueue(tokens: number, signal: AbortSignal | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      const onReject = signal === undefined ? undefined : reject;
      const wish = { tokens, since: this.#clock.now(), signal, resolve, reject: onReject };
      this.#queue.push(new Waiter(wish, this.#left));
      if (this.#queue.size === 1) this.#arm();
    });
  }

  /** Somebody gave up: if it was the first in the queue, it is another's turn. */
  readonly #left = (wasHead: boolean): void => {
    if (wasHead) this.#wake();
  };

  /** Grants all that are due, and sets the timer for the next. */
  #wake(): void {
    const now = this.#settle();
    for (let { head } = this.#queue; head !== undefined && this.#admits(head.tokens, now); { head } = this.#queue) {
      if (head.dropIfAborted()) continue;
      this.#level.tokens -= head.tokens;
      head.grant(this, now);
    }
    this.#arm();
  }

  /** One timer, for the head; none when nobody waits or nothing is to be expected. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { head } = this.#queue;
    const wait = head === undefined ? Infinity : this.#waitFor(head.tokens);
    if (wait === Infinity) return;
    this.#cancelTimer = startTimer(this.#clock, Math.max(wait, SHORTEST_TIMER), () => {
      this.#wake();
    });
  }

  #setRate(rate: number): void {
    this.#settle();
    this.#rate = rate;
    this.#wake();
  }
}
