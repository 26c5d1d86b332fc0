import { untilAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { EventQueue } from './event-queue.js';

interface Sleeper {
  readonly wake: () => void;
  readonly signal: AbortSignal | undefined;
}

/** The clock of one simulated call. Its time stands still while the call works, and jumps ahead when the call sleeps. */
export class VirtualTime implements Clock {
  #now = 0;
  #ended = false;
  readonly #sleepers = new EventQueue<Sleeper>();

  now(): number {
    return this.#now;
  }

  /** Whether the call was cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Cuts off a call that would never end: its next sleep rejects. */
  end(): void {
    this.#ended = true;
  }

  /** Resolves when `ms` milliseconds of virtual time have passed. Rejects with `signal.reason` when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#ended) return Promise.reject(new Error('the simulated call was ended'));
    const woken = new Promise<void>((wake) => {
      this.#sleepers.add(this.#now + ms, { wake, signal });
    });
    return untilAborted(woken, signal);
  }

  /**
   * Wakes the sleeper that is due next, and of several the one that went to sleep first. Each step wakes only one, so an
   * attempt that ends at exactly its timeout is in time, as with real timers.
   */
  step(): void {
    let next = this.#sleepers.next();
    while (next?.what.signal?.aborted) next = this.#sleepers.next();
    if (next === undefined) return;
    this.#now = next.at;
    next.what.wake();
  }
}
