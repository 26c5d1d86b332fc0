import { checkKeys, checkPositive, checkRange, checkName } from '../base/check.js';
import { processContext } from '../base/process-context.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { checkSettlement, checkTokens } from './acquire-request.js';
import { LIMITS_INSTEAD } from './instead.js';
import type { Reservation } from './line.js';
import { LocalLimiter, type LocalLimiterOptions } from './local-limiter.js';
import { ROUNDING, WindowCount } from './window-count.js';

/** Options of a `SlidingWindow`. */
export interface SlidingWindowOptions extends LocalLimiterOptions {
  /** The most tokens that are granted in any window; 0 pauses. */
  readonly limit: number;
  /** The window's length in milliseconds. */
  readonly window: number;
  /** What it counts. It follows the server's limits of this `unit`. Default 'requests'. */
  readonly unit?: string | undefined;
}

/**
 * Grants at most `limit` in any window of `window` milliseconds, and can use the whole `limit` in each. It is the exact
 * sliding-window log. A {@link TokenBucket} with the same bound has a smaller burst or a lower rate.
 *
 * The window is (t − window, t]. It also slides during a pause. Its memory does not grow with `limit`: it is exact while it
 * counts at most 100 separate charges. Above that, a charge may be counted for up to 1 % of the window too long, never too
 * short. Waiters are served by priority, then in order of arrival.
 *
 * @example
 * ```ts
 * import { SlidingWindow } from 'tenax';
 *
 * const perMinute = new SlidingWindow({ limit: 60, window: 60_000 });
 * await perMinute.acquire();
 * ```
 */
export class SlidingWindow extends LocalLimiter {
  override readonly unit: string;
  /** The window's length in milliseconds. */
  readonly window: number;
  readonly #count: WindowCount;
  readonly #configuredLimit: number;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: SlidingWindowOptions) {
    checkKeys('SlidingWindow', options, ['limit', 'window', 'maxPending', 'unit', 'clock'], LIMITS_INSTEAD);
    const { limit, window, unit = 'requests', ...rest } = options;
    checkLimit(limit);
    checkPositive('SlidingWindow: window', window);
    super('SlidingWindow', rest);
    this.unit = checkName('SlidingWindow: unit', unit);
    this.window = window;
    this.#count = new WindowCount(limit, window);
    this.#configuredLimit = limit;
  }

  /**
   * The most tokens that are granted in any window. An assigned limit also applies to callers that already wait; 0 pauses.
   */
  get limit(): number {
    return this.#count.limit;
  }

  set limit(limit: number) {
    this.#count.limit = checkLimit(limit);
    this.changed();
  }

  /** The tokens that the window has left. During a pause none of them may be taken. */
  get available(): number {
    return Math.max(0, this.#count.free(this.time.now()));
  }

  /**
   * True if it is in the state of a new one: nothing is counted, no caller waits, it is not paused, and its limit is the
   * configured one.
   */
  get idle(): boolean {
    const now = this.time.now();
    const empty = this.#count.free(now) === this.limit && now >= this.pausedUntil;
    return empty && this.limit === this.#configuredLimit && this.lines.length === 0;
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['limit', 'window', 'available', 'pending', 'unit'], how);
  }

  /** @internal */
  override get isLikeNew(): boolean {
    return this.idle;
  }

  /** @internal */
  override get refillTime(): number {
    return this.window;
  }

  /**
   * Corrects a charge: `used` of `acquired` tokens were needed. The rest comes back, as far as it is still counted, the
   * oldest first. Further tokens count as taken now.
   *
   * @throws TypeError or RangeError for a value that is not a number of tokens.
   */
  settle(acquired: number, used: number): void {
    this.settleCharge(acquired, used);
  }

  /** Does what `settle` does for a charge that was made at a known moment of the steady clock. @internal */
  override settleCharge(acquired: number, used: number, chargedAt?: number): void {
    checkSettlement(acquired, used);
    if (processContext.testing !== undefined) return;
    const now = this.time.now();
    if (used > acquired) this.#count.owe(used - acquired, now);
    else this.#count.giveBack(acquired - used, now, chargedAt);
    this.changed();
  }

  /** @internal */
  override checkCost(tokens: number): void {
    // A limit of 0 is a pause: callers wait until a limit is assigned.
    checkTokens(tokens, this.limit === 0 ? Number.MAX_VALUE : this.limit, 'limit');
  }

  /** @internal */
  override fits(tokens: number, now: number): boolean {
    return now >= this.pausedUntil && this.#count.fits(tokens, now);
  }

  /** @internal */
  override exceeds(tokens: number): boolean {
    return tokens > this.limit;
  }

  /** @internal */
  override timeUntil(tokens: number, now: number): number {
    return this.leastWait(tokens, now);
  }

  /** @internal */
  override leastWait(tokens: number, now: number): number {
    return Math.max(0, this.pausedUntil - now, this.#count.timeUntil(tokens, now));
  }

  /** @internal */
  override delays(tokens: number, reservation: Reservation, now: number): boolean {
    return this.#count.freeAt(Math.max(now, reservation.at), tokens, now) + ROUNDING < reservation.tokens;
  }

  /** @internal */
  override charge(tokens: number, now: number): void {
    if (processContext.testing === undefined) this.#count.charge(tokens, now);
  }

  protected override lower(remaining: number, now: number, reset = this.window): void {
    const excess = this.#count.free(now) - remaining;
    if (excess <= 0) return;
    // Other clients took these tokens. They come back at the server's reset, or after a window if it names no reset.
    this.#count.chargeUntil(now + Math.min(reset, this.window), excess, now);
    this.changed();
  }
}

const checkLimit = (limit: unknown): number => checkRange('SlidingWindow: limit', limit, 0, Number.MAX_VALUE);
