import { checkClock, checkKeys, checkPositive, checkRange } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { SlidingCount } from './sliding-count.js';
import { steadyClock, type SteadyClock } from './steady-clock.js';

/** Options of a `RetryBudget`. */
export interface RetryBudgetOptions {
  /** Retries per first attempt. Default 0.2. */
  readonly ratio?: number | undefined;
  /** Retries per second that are always allowed, in addition to the ratio. Default 10. */
  readonly minPerSecond?: number | undefined;
  /** Milliseconds over which both are counted. Default 10 000. */
  readonly window?: number | undefined;
  /** Default: real time. */
  readonly clock?: Clock | undefined;
}

/** The budget is computed in floating point. A whole number may come out lower by up to this. */
const ROUNDING = 1e-9;

/**
 * Bounds the retries of all policies that share it, as Finagle's `RetryBudget` does: in any `window` there are at most
 * `ratio · first attempts + minPerSecond · window` retries. When it is spent, a failed call gives up at once
 * (`stopReason: 'budget'`), so many failures do not multiply the traffic.
 *
 * A retry is paid for by first attempts in the window before it, and each pays once. So with `minPerSecond: 0` the retries
 * never exceed `ratio · first attempts`, however long it runs.
 *
 * @example
 * ```ts
 * import { retry, RetryBudget, stop } from 'tenax';
 *
 * const budget = new RetryBudget({ ratio: 0.1, minPerSecond: 1 });
 * await retry(async () => 'done', { stop: stop.afterAttempt(5), budget })();
 * ```
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #floor: number;
  readonly #clock: SteadyClock;
  // The bound holds exactly: attempts leave the window with the first of their slot, retries with the last.
  readonly #attempts: SlidingCount;
  readonly #retries: SlidingCount;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: RetryBudgetOptions = {}) {
    checkKeys('RetryBudget', options, ['ratio', 'minPerSecond', 'window', 'clock']);
    const { ratio = 0.2, minPerSecond = 10, window = 10_000, clock = systemClock } = options;
    this.#ratio = checkRange('RetryBudget: ratio', ratio, 0, Number.MAX_VALUE);
    checkRange('RetryBudget: minPerSecond', minPerSecond, 0, Number.MAX_VALUE);
    checkPositive('RetryBudget: window', window);
    checkClock('RetryBudget: clock', clock);
    this.#floor = (minPerSecond * window) / 1000;
    this.#clock = steadyClock(clock);
    this.#attempts = new SlidingCount(window, 'first');
    this.#retries = new SlidingCount(window, 'last');
  }

  /** Whether nothing is counted. @internal */
  get isLikeNew(): boolean {
    const now = this.#clock.now();
    return this.#attempts.at(now) === 0 && this.#retries.at(now) === 0;
  }

  /** Counts the first attempt of a call. */
  recordAttempt(): void {
    this.#attempts.add(this.#clock.now());
  }

  /** Returns true if one more retry is within the budget, and spends it. */
  tryRetry(): boolean {
    const now = this.#clock.now();
    const budget = this.#attempts.at(now) * this.#ratio + this.#floor;
    if (this.#retries.at(now) + 1 > budget + ROUNDING) return false;
    this.#retries.add(now);
    return true;
  }
}
