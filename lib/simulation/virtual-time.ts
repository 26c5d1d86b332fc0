import { listen, unlisten } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** The time of one simulated call. It stands still while the call works, and jumps to the next one due when it sleeps. */
export class VirtualTime implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** Resolves when the simulation has come to that time; rejects with `signal.reason`. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        due: this.#now + ms,
        wake: () => {
          if (signal !== undefined) unlisten(signal, abort);
          resolve();
        },
      };
      if (signal !== undefined) listen(signal, abort);
      this.#sleepers.push(sleeper);
    });
  }

  /** Wakes the next one due, and those due with it. */
  step(): void {
    const due = Math.min(...this.#sleepers.map((sleeper) => sleeper.due));
    const woken = this.#sleepers.filter((sleeper) => sleeper.due === due);
    if (woken.length === 0 || due === Infinity) return;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.due !== due);
    this.#now = due;
    for (const { wake } of woken) wake();
  }
}
