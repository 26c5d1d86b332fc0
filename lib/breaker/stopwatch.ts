import type { Clock } from '../base/clock.js';

/**
 * Measures the time that has passed on a clock. If the clock is set back, no time counts as passed. So a break never lasts
 * longer than intended, even if the system's clock is corrected or fake timers start at 0.
 */
export class Stopwatch {
  readonly #clock: Clock;
  #last: number;
  #elapsed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  /** Milliseconds since the stopwatch was made. Never decreases. */
  now(): number {
    const now = this.#clock.now();
    if (now > this.#last) this.#elapsed += now - this.#last;
    this.#last = now;
    return this.#elapsed;
  }
}
