import { checkBoolean, checkClock, checkDuration, checkKeys, checkPositive, checkRange } from '../base/check.js';
import { startTimer, systemClock, type Clock } from '../base/clock.js';
import { processState } from '../base/process-state.js';
import { AdaptiveRate } from './adaptive-rate.js';
import type { TokenBucketOptions, WindowOptions } from './bucket-options.js';
import { readFeedback } from './feedback.js';
import { holds, refill, timeUntil, type Level } from './level.js';
import { tellGrant, tellPause, Waiter, WaiterQueue } from './queue.js';
import { checkAcquireOptions, checkTokens, refusalOf } from './wish-checks.js';
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
  readonly capacity: number;
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
    checkKeys('TokenBucket', options, ['rate', 'capacity', 'initial', 'adaptive', 'clock']);
    const { rate, capacity = Math.max(1, rate), initial = capacity, adaptive = false, clock = systemClock } = options;
    this.#rate = checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);
    this.#rateAsMade = rate;
    this.capacity = checkPositive('TokenBucket: capacity', capacity);
    checkRange('TokenBucket: initial', initial, 0, capacity);
    checkBoolean('TokenBucket: adaptive', adaptive);
    checkClock('TokenBucket: clock', clock);
    this.#clock = clock;
    this.#level = { tokens: initial, last: clock.now() };
    this.#adaptive = adaptive ? new AdaptiveRate(rate, this.#level.last) : undefined;
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
    checkPositive('TokenBucket.forWindow: limit', limit);
    checkPositive('TokenBucket.forWindow: window', window);
    checkPositive('TokenBucket.forWindow: burst', burst);
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

  /** Whether it is as good as new: full, unpaused, at the rate that it was made with, and nobody waits. */
  get idle(): boolean {
    const now = this.#settle();
    const full = holds(this.#level, this.capacity) && now >= this.#pausedUntil;
    return full && this.#rate === this.#rateAsMade && this.#queue.size === 0;
  }

  /** Tokens per second now in force. Assigning settles at the old rate and re-times all who wait. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);
    if (this.#adaptive !== undefined) this.#adaptive = new AdaptiveRate(rate, this.#clock.now());
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
        tellGrant(this, tokens, 0);
        return Promise.resolve(0);
      }
      if (maxWait !== undefined) {
        const refusal = refusalOf(this.#predict(tokens), maxWait);
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
    tellPause(this, ms);
    this.#arm();
  }

  /**
   * Told of an answer: a Retry-After that came with a refusal pauses all callers, what the server says is left lowers
   * the level, and an adaptive bucket lowers its rate, once a second at most, and regains it on successes.
   */
  report(feedback: RateFeedback): void {
    const { throttled, succeeded, pause, remaining } = readFeedback(feedback);
    const now = this.#settle();
    if (pause > 0) this.pauseFor(pause);
    if (remaining !== undefined && remaining < this.#level.tokens) {
      this.#level.tokens = remaining;
      this.#arm();
    }
    const adaptive = this.#adaptive;
    if (adaptive === undefined || adaptive.configured === 0) return;
    if (throttled) adaptive.cut(now);
    else if (succeeded && adaptive.inForce < adaptive.configured) adaptive.raise(now);
    if (adaptive.inForce !== this.#rate) this.#setRate(adaptive.inForce);
  }

  #settle(): number {
    const now = this.#clock.now();
    refill(this.#level, now, this.#rate / 1000, this.capacity);
    return now;
  }

  #take(tokens: number): boolean {
    checkTokens(tokens, this.capacity);
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
    for (let { head } = this.#queue; head !== undefined && this.#admits(head, now); { head } = this.#queue) {
      if (head.dropIfAborted()) continue;
      this.#level.tokens -= head.tokens;
      head.grant(this, now);
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
