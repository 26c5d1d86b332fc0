import type { Clock } from '../base/clock.js';

/**
 * Time that has passed on a clock. A clock that is set back counts as no elapsed time, so a break never lasts longer than it
 * was made for: not after a correction of the system's clock, and not when fake timers begin at 0.
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
