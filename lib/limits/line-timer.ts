import { startTimer, type Clock } from '../base/clock.js';

/** A due time nearer than this could not be told from now on a clock that has run for long. */
export const SHORTEST_TIMER = 1e-3;

/** The one timer of a queue. */
export class LineTimer {
  #cancelTimer: (() => void) | undefined;
  #due = Infinity;
  #setBy: unknown;

  /** Whether it was set with fake timers that are gone, or before fake timers came. */
  get isLost(): boolean {
    return this.#cancelTimer !== undefined && this.#setBy !== globalThis.setTimeout;
  }

  /** Calls `wake` after so many milliseconds, and not at the time set before; never, if `wait` is left out. */
  set(clock: Clock, now: number, wait: number | undefined, wake: () => void): void {
    const ms = Math.max(wait ?? Infinity, SHORTEST_TIMER);
    const due = now + ms;
    if (this.#cancelTimer !== undefined && Math.abs(due - this.#due) < SHORTEST_TIMER && !this.isLost) return;
    this.cancel();
    if (wait === undefined) return;
    this.#due = due;
    this.#setBy = globalThis.setTimeout;
    this.#cancelTimer = startTimer(clock, ms, () => {
      this.#cancelTimer = undefined;
      wake();
    });
  }

  cancel(): void {
    // The timer of a clock that is gone cannot be cancelled, and its number may be another's by now.
    if (!this.isLost) this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
