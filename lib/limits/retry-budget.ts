import { checkClock, checkDuration, checkKeys, checkRange } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';

/** Options of a `RetryBudget`. */
export interface RetryBudgetOptions {
  /** Retries per first attempt. Default 0.2. */
  readonly ratio?: number | undefined;
  /** Retries a second that are always allowed, on top of the ratio. Default 10. */
  readonly minPerSecond?: number | undefined;
  /** Milliseconds over which both are counted. Default 10 000. */
  readonly window?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** How finely the window slides. */
const SLOTS = 10;

/**
 * Bounds the retries of all policies that share it (Finagle's retry budget): within the window, at most
 * `ratio · first attempts + minPerSecond · window` retries. When it is spent a failure is given up at once, so a storm of
 * failures does not multiply traffic.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #floor: number;
  readonly #slotLength: number;
  readonly #clock: Clock;
  /** First attempts and retries of the latest slots; a slot is known by its number since the clock's zero. */
  readonly #slots: { number: number; attempts: number; retries: number }[] = [];

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: RetryBudgetOptions = {}) {
    checkKeys('RetryBudget', options, ['ratio', 'minPerSecond', 'window', 'clock']);
    const { ratio = 0.2, minPerSecond = 10, window = 10_000, clock = systemClock } = options;
    this.#ratio = checkRange('RetryBudget: ratio', ratio, 0, Number.MAX_VALUE);
    checkRange('RetryBudget: minPerSecond', minPerSecond, 0, Number.MAX_VALUE);
    checkDuration('RetryBudget: window', window);
    checkRange('RetryBudget: window', window, Number.MIN_VALUE, Number.MAX_VALUE);
    checkClock('RetryBudget: clock', clock);
    this.#floor = (minPerSecond * window) / 1000;
    this.#slotLength = window / SLOTS;
    this.#clock = clock;
  }

  /** Told of the first attempt of every call. */
  recordAttempt(): void {
    this.#current().attempts += 1;
  }

  /** Whether one more retry is within the budget; it is spent by asking. */
  tryRetry(): boolean {
    const slot = this.#current();
    let attempts = 0;
    let retries = 0;
    for (const each of this.#slots) {
      attempts += each.attempts;
      retries += each.retries;
    }
    // The small number forgives rounding: 0.2 · 15 is 3.
    if (retries + 1 > attempts * this.#ratio + this.#floor + 1e-9) return false;
    slot.retries += 1;
    return true;
  }

  #current(): { attempts: number; retries: number } {
    const number = Math.floor(this.#clock.now() / this.#slotLength);
    while (this.#slots[0] !== undefined && this.#slots[0].number <= number - SLOTS) this.#slots.shift();
    let slot = this.#slots.at(-1);
    // A clock that was set back goes on in its latest slot.
    if (slot === undefined || slot.number < number) {
      slot = { number, attempts: 0, retries: 0 };
      this.#slots.push(slot);
    }
    return slot;
  }
}
