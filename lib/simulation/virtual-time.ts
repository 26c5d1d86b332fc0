import { untilAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { Agenda } from './agenda.js';

interface Sleeper {
  readonly wake: () => void;
  readonly signal: AbortSignal | undefined;
}

/** The time of one simulated call. It stands still while the call works, and jumps to the next one due when it sleeps. */
export class VirtualTime implements Clock {
  #now = 0;
  #ended = false;
  readonly #sleepers = new Agenda<Sleeper>();

  now(): number {
    return this.#now;
  }

  /** Whether the call was ended from outside. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Ends a call that would go on for ever: its next sleep rejects. */
  end(): void {
    this.#ended = true;
  }

  /** Resolves when the simulation has come to that time; rejects with `signal.reason`. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#ended) return Promise.reject(new Error('the simulated call was ended'));
    const woken = new Promise<void>((wake) => {
      this.#sleepers.add(this.#now + ms, { wake, signal });
    });
    return untilAborted(woken, signal);
  }

  /**
   * Wakes the next one due; of several due at once the one that slept first, and no other before it has acted: an attempt
   * that ends at the very moment of its timeout is in time, as with real timers.
   */
  step(): void {
    let next = this.#sleepers.next();
    while (next?.what.signal?.aborted) next = this.#sleepers.next();
    if (next === undefined) return;
    this.#now = next.at;
    next.what.wake();
  }
}
