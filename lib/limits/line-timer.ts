import { startTimer, type Clock } from '../base/clock.js';

/** Milliseconds. On a clock that has run for years, floating point cannot distinguish a nearer moment from now. */
export const SHORTEST_TIMER = 1e-3;

/** The single timer of a queue. */
export class LineTimer {
  #cancelTimer: (() => void) | undefined;
  #due = Infinity;
  #setBy: unknown;

  /** Whether fake timers were installed or removed since it was set, so that it may never fire. */
  get isLost(): boolean {
    return this.#cancelTimer !== undefined && this.#setBy !== globalThis.setTimeout;
  }

  /** Calls `wake` after `wait` milliseconds and no longer at the time set before. `undefined` cancels the timer. */
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
    // A lost timer cannot be cancelled: its id may belong to another timer by now.
    if (!this.isLost) this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
