import { startTimer, type Clock } from '../../base/clock.js';

/** On a clock that has run for long, a moment nearer than this could not be distinguished from now. */
const SHORTEST_TIMER = 1e-3;

/** One timer that is set again and again. */
export class Alarm {
  #at = Infinity;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    /** Told by how many milliseconds the timer was late. */
    private readonly ring: (late: number) => void,
  ) {}

  /** Rings at that moment only; never at `Infinity`. */
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
