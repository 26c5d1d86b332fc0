import { startTimer, type Clock } from '../../base/clock.js';
import { SHORTEST_TIMER } from '../line-timer.js';

/** A single timer that can be moved. */
export class Alarm {
  #at = Infinity;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    /** Called at that moment, with the milliseconds by which the timer was late. */
    private readonly ring: (late: number) => void,
  ) {}

  /** Rings at `at` and no longer at the moment set before. `Infinity` turns the alarm off. */
  setTo(at: number, now: number): void {
    if (at === this.#at) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = at;
    if (at === Infinity) return;
    this.#cancel = startTimer(this.clock, Math.max(at - now, SHORTEST_TIMER), () => {
      this.#at = Infinity;
      this.ring(this.clock.now() - at);
    });
  }
}
