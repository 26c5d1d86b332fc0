import { processContext } from '../base/process-context.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { checkSettlement, checkTokens } from './acquire-request.js';
import { AdaptiveRate } from './adaptive-rate.js';
import {
  bucketForWindow,
  checkRate,
  withDefaults,
  type TokenBucketOptions,
  type WindowOptions,
} from './bucket-options.js';
import type { Reading } from './feedback.js';
import { holds, refill, timeUntil, type Level } from './level.js';
import type { Reservation } from './line.js';
import { LocalLimiter } from './local-limiter.js';

/**
 * A token bucket: it grants at most `capacity + rate·t` tokens in any window of t seconds.
 *
 * The bucket holds at most `capacity` tokens and gains `rate` tokens a second. A caller takes its tokens if they are there
 * and nobody waits. Otherwise it waits in a queue, by priority and then in order of arrival, and is charged at the moment
 * of its grant. The bound holds for any mix of callers and weights, and the next waiter is served as soon as its tokens are
 * there. One timer serves all waiters; it reads the clock again when it fires and never grants early. During `pauseFor` no
 * caller is admitted and the bucket does not refill.
 *
 * The algorithm is that of golang.org/x/time/rate, except that it charges at the grant.
 *
 * @example
 * ```ts
 * import { TokenBucket } from 'tenax';
 *
 * const bucket = new TokenBucket({ rate: 10 });
 * await bucket.acquire();
 * ```
 */
export class TokenBucket extends LocalLimiter {
  override readonly unit: string;
  readonly #capacity: number;
  readonly #level: Level;
  readonly #configuredRate: number;
  /** Set if the option `adaptive` is true. */
  #adaptive: AdaptiveRate | undefined;
  #rate: number;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: TokenBucketOptions) {
    const { rate, capacity, initial, adaptive, unit, ...rest } = withDefaults(options);
    super('TokenBucket', rest);
    this.unit = unit;
    this.#capacity = capacity;
    this.#level = { tokens: initial, last: this.time.now() };
    this.#rate = rate;
    this.#configuredRate = rate;
    this.#adaptive = adaptive ? new AdaptiveRate(rate) : undefined;
  }

  /**
   * Returns a bucket for a documented limit: no window of that length ever sees more than `limit`, since
   * `capacity + rate · window = limit`. The usual `rate = limit / window, capacity = limit` admits twice the limit.
   * {@link SlidingWindow} keeps such a limit without giving up burst or rate.
   *
   * @throws RangeError when `burst ≥ limit`: nothing would be left for the rate.
   */
  static forWindow(options: WindowOptions): TokenBucket {
    return new TokenBucket(bucketForWindow(options));
  }

  /** The most tokens that the bucket holds. It cannot be assigned. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The tokens in the bucket. */
  get available(): number {
    this.#refill(this.time.now());
    return Math.max(0, this.#level.tokens);
  }

  /** True if it is in the state of a new one: full, not paused, at its configured rate, and no caller waits. */
  get idle(): boolean {
    const now = this.time.now();
    this.#refill(now);
    const full = holds(this.#level, this.#capacity) && now >= this.pausedUntil;
    return full && this.#rate === this.#configuredRate && this.lines.length === 0;
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['rate', 'capacity', 'available', 'pending', 'unit'], how);
  }

  /** @internal */
  override get isLikeNew(): boolean {
    return this.idle;
  }

  /** @internal */
  override get refillTime(): number {
    return (this.#capacity / this.#configuredRate) * 1000;
  }

  /** The current rate in tokens per second. An assigned rate also applies to callers that already wait. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    checkRate(rate);
    if (this.#adaptive !== undefined) this.#adaptive = new AdaptiveRate(rate);
    this.#setRate(rate);
  }

  override pauseFor(ms: number): void {
    // The bucket refills until now, but not during the pause.
    this.#refill(this.time.now());
    super.pauseFor(ms);
  }

  /**
   * Corrects a charge: `used` of `acquired` tokens were needed. The rest comes back; further tokens are owed, and the next
   * waiters pay for them.
   *
   * @throws TypeError or RangeError for a value that is not a number of tokens.
   */
  settle(acquired: number, used: number): void {
    checkSettlement(acquired, used);
    if (processContext.testing !== undefined) return;
    this.#refill(this.time.now());
    this.#level.tokens = Math.min(this.#capacity, this.#level.tokens + acquired - used);
    this.changed();
  }

  /** @internal */
  override applyReading(reading: Reading): void {
    super.applyReading(reading);
    const rate = this.#adaptive?.update(reading, this.time.now()) ?? this.#rate;
    if (rate !== this.#rate) this.#setRate(rate);
  }

  /** @internal */
  override checkCost(tokens: number): void {
    checkTokens(tokens, this.#capacity);
  }

  /** @internal */
  override fits(tokens: number, now: number): boolean {
    if (this.#rate === 0 || now < this.pausedUntil) return false;
    this.#refill(now);
    return holds(this.#level, tokens);
  }

  /** @internal */
  override exceeds(): boolean {
    return false;
  }

  /** @internal */
  override timeUntil(tokens: number, now: number): number {
    if (this.#rate === 0) return Infinity;
    this.#refill(now);
    return Math.max(0, this.pausedUntil - now, timeUntil(this.#level, tokens, now, this.#rate / 1000));
  }

  /** @internal */
  override leastWait(tokens: number, now: number): number {
    return this.timeUntil(tokens, now);
  }

  /** @internal */
  override delays(tokens: number, reservation: Reservation, now: number): boolean {
    const level = { tokens: this.#level.tokens - tokens, last: this.#level.last };
    refill(level, Math.max(now, reservation.at), this.#rate / 1000, this.#capacity);
    return !holds(level, reservation.tokens);
  }

  /** @internal */
  override charge(tokens: number): void {
    if (processContext.testing === undefined) this.#level.tokens -= tokens;
  }

  protected override lower(remaining: number, now: number): void {
    this.#refill(now);
    if (remaining >= this.#level.tokens) return;
    this.#level.tokens = remaining;
    this.changed();
  }

  /** Brings the level to `now`. Nothing is refilled during a pause. */
  #refill(now: number): void {
    const level = this.#level;
    if (this.pausedUntil > level.last) level.last = this.pausedUntil;
    refill(level, now, this.#rate / 1000, this.#capacity);
  }

  #setRate(rate: number): void {
    this.#refill(this.time.now());
    this.#rate = rate;
    this.changed();
  }
}
