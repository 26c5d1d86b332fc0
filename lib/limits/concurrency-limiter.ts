import { abortReason, untilAborted } from '../base/abort.js';
import { checkBoolean, checkFunction, checkKeys, checkWhole } from '../base/check.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import type { Outcome } from '../call/outcome.js';
import { checkAcquireOptions, checkRelease, checkTokens } from './acquire-request.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import { readAnswer } from '../headers/answer.js';
import { feedbackOf, type Reading } from './feedback.js';
import { HoldTime } from './hold-time.js';
import { LIMITS_INSTEAD } from './instead.js';
import type { Reservation } from './line.js';
import { LocalLimiter, type LocalLimiterOptions } from './local-limiter.js';
import type { AcquireOptions } from './rate-limiter.js';

/** Options of a `ConcurrencyLimiter`. */
export interface ConcurrencyLimiterOptions extends LocalLimiterOptions {
  /** The number of slots; 0 pauses. */
  readonly limit: number;
  /** True lowers the limit after a 429, a 503 or a timeout, and raises it again after successes. Default false. */
  readonly adaptive?: boolean | undefined;
}

/** After being passed over for this many average hold times, a waiter keeps a free slot reserved until its grant. */
const PATIENCE = 10;

/**
 * Allows at most `limit` at once. A caller holds a slot from the grant to `release`. As the `limiter` of a policy, a slot
 * belongs to one attempt and is free during a backoff.
 *
 * Waiters are served by priority, then in order of arrival. A waiter that needs more slots than the current limit keeps its
 * place, and smaller waiters behind it pass.
 *
 * @example
 * ```ts
 * import { ConcurrencyLimiter } from 'tenax';
 *
 * const slots = new ConcurrencyLimiter({ limit: 8 });
 * await slots.run(async () => 'done');
 * ```
 */
export class ConcurrencyLimiter extends LocalLimiter {
  override readonly unit = undefined;
  override readonly refillTime = Infinity;
  readonly #hold: HoldTime;
  readonly #configuredLimit: number;
  readonly #isAdaptive: boolean;
  #limit: number;
  #adaptive: AdaptiveLimit | undefined;
  #inFlight = 0;
  #whenIdle: (() => void)[] = [];

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: ConcurrencyLimiterOptions) {
    checkKeys('ConcurrencyLimiter', options, ['limit', 'adaptive', 'maxPending', 'clock'], LIMITS_INSTEAD);
    const { limit, adaptive = false, ...rest } = options;
    checkLimit(limit);
    super('ConcurrencyLimiter', rest);
    this.#isAdaptive = checkBoolean('ConcurrencyLimiter: adaptive', adaptive);
    this.#limit = limit;
    this.#configuredLimit = limit;
    this.#adaptive = adaptive ? new AdaptiveLimit(limit) : undefined;
    this.#hold = new HoldTime(this.time.now());
  }

  /** The current number of slots. Assigning it sets the configured limit; slots in use stay in use. 0 pauses. */
  get limit(): number {
    return this.#adaptive?.inForce ?? this.#limit;
  }

  set limit(limit: number) {
    this.#limit = checkLimit(limit);
    if (this.#isAdaptive) this.#adaptive = new AdaptiveLimit(limit);
    this.changed();
  }

  /** Slots in use. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Free slots. */
  get available(): number {
    return Math.max(0, this.limit - this.#inFlight);
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['limit', 'inFlight', 'pending'], how);
  }

  /** `idle` is a method here. @internal */
  override get isLikeNew(): boolean {
    const unused = this.#inFlight === 0 && this.lines.length === 0;
    return (
      unused && this.#limit === this.#configuredLimit && this.limit === this.#limit && !this.isPaused(this.time.now())
    );
  }

  /**
   * Frees `tokens` (1) slots.
   *
   * @throws Error for more slots than are in use; nothing changes then.
   */
  release(tokens = 1): void {
    this.checkRelease(tokens);
    this.#advance();
    this.#inFlight -= tokens;
    this.#hold.release(tokens);
    this.changed();
    this.queueChanged();
  }

  /** @internal */
  checkRelease(tokens: number): void {
    checkRelease(tokens, this.inFlight);
  }

  /**
   * Waits for a slot, calls `fn`, and frees the slot when `fn` has ended. Settles as `fn` does, or rejects with
   * `signal.reason` as soon as the signal aborts. Even then the slot is held until `fn` has ended.
   *
   * @throws what `acquire` rejects with.
   */
  async run<T>(fn: () => T | PromiseLike<T>, options: AcquireOptions = {}): Promise<Awaited<T>> {
    checkFunction('ConcurrencyLimiter.run', fn);
    checkAcquireOptions(options);
    const { signal } = options;
    await this.acquire(1, options);
    // It may have aborted since the grant.
    if (signal?.aborted) {
      this.release();
      throw abortReason(signal);
    }
    return await untilAborted(this.#runHeld(fn), signal);
  }

  /** Resolves once no slot is in use and no caller waits. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.queueChanged();
    });
  }

  /** @internal */
  override applyReading(reading: Reading): void {
    super.applyReading(reading);
    if (this.#adaptive === undefined) return;
    const before = this.limit;
    this.#adaptive.update(reading, this.#inFlight, reading.began, this.time.clock.now());
    if (this.limit > before) this.changed();
  }

  /** @internal */
  override checkCost(tokens: number): void {
    checkTokens(tokens, this.#limit === 0 ? Number.MAX_VALUE : this.#limit, 'limit');
  }

  /** @internal */
  override fits(tokens: number, now: number): boolean {
    return now >= this.pausedUntil && this.#inFlight + tokens <= this.limit;
  }

  /** @internal */
  override exceeds(tokens: number): boolean {
    return tokens > this.limit;
  }

  /** @internal */
  override timeUntil(tokens: number, now: number): number {
    return this.#inFlight + tokens <= this.limit ? Math.max(0, this.pausedUntil - now) : Infinity;
  }

  /** It is not known when a slot becomes free. @internal */
  override leastWait(_tokens: number, now: number): number {
    return Math.max(0, this.pausedUntil - now);
  }

  /** @internal */
  override canReserveUntil(): boolean {
    return true;
  }

  /** @internal */
  override delays(tokens: number, reservation: Reservation, now: number): boolean {
    if (this.limit - this.#inFlight - tokens >= reservation.tokens) return false;
    if (this.reservedUntil(reservation, now) > now) return true;
    reservation.waiter.passedOverSince ??= now;
    return false;
  }

  /**
   * A free slot stays reserved for about as long as slots are held on average. For a waiter that was passed over for ten
   * times that long, it stays reserved until the grant.
   *
   * @internal
   */
  override reservedUntil({ at, waiter }: Reservation, now: number): number {
    this.#advance();
    const { average } = this.#hold;
    if (average > 0 && now - (waiter.passedOverSince ?? now) >= PATIENCE * average) return Infinity;
    if (at < Infinity) return at - now <= average ? Infinity : now;
    if (this.available === 0) return now;
    waiter.reservedSince ??= now;
    return waiter.reservedSince + average;
  }

  /** @internal */
  override charge(tokens: number): void {
    this.#advance();
    this.#inFlight += tokens;
    this.#hold.take(tokens);
  }

  /** @internal */
  override queueChanged(): void {
    if (this.#whenIdle.length === 0 || this.#inFlight > 0 || this.pending > 0) return;
    const resolves = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of resolves) resolve();
  }

  #advance(): void {
    this.#hold.advance(this.#inFlight, this.time.now());
  }

  async #runHeld<T>(fn: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    const began = this.time.clock.now();
    try {
      const value = await fn();
      this.#reportEnd({ attemptNumber: 1, failed: false, value }, began);
      return value;
    } catch (error) {
      this.#reportEnd({ attemptNumber: 1, failed: true, error }, began);
      throw error;
    } finally {
      this.release();
    }
  }

  #reportEnd(outcome: Outcome, began: number): void {
    const feedback = feedbackOf(outcome, readAnswer(outcome), began);
    if (feedback !== undefined) this.report(feedback);
  }
}

const checkLimit = (limit: unknown): number => checkWhole('ConcurrencyLimiter: limit', limit);
