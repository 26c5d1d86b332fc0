import { listen, unlisten } from '../base/abort.js';
import { checkDuration } from '../base/check.js';
import type { Clock } from '../base/clock.js';
import { nextTurn } from '../base/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * A clock whose time moves only when it is told, or to the next sleeper. Sleepers wake in the order of their times, and
 * what they set off settles before the next one wakes.
 */
export class VirtualClock implements Clock {
  #now: number;
  /** In the order in which they went to sleep. */
  readonly #sleepers = new Set<Sleeper>();

  /** @param start what `now()` answers first, in milliseconds */
  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many sleep. */
  get pending(): number {
    return this.#sleepers.size;
  }

  /** Resolves when time has moved by `ms`; 0 lets the event loop turn, without time moving. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (!(ms > 0)) return nextTurn();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        if (signal !== undefined) unlisten(signal, abort);
      };
      const abort = (): void => {
        leave();
        reject((signal as AbortSignal).reason as Error);
      };
      const sleeper: Sleeper = {
        due: this.#now + ms,
        wake: () => {
          leave();
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      if (signal !== undefined) listen(signal, abort);
    });
  }

  /** Moves time by `ms`, waking all who are due on the way, those who go to sleep meanwhile too. */
  async advance(ms: number): Promise<void> {
    checkDuration('advance', ms);
    const end = this.#now + ms;
    await settle();
    for (let next = this.#first(); next !== undefined && next.due <= end; next = this.#first()) {
      await this.#wake(next);
    }
    this.#now = Math.max(this.#now, end);
    await settle();
  }

  /** Moves time to the next sleeper and wakes all who are due then. Answers by how much; 0 when nobody sleeps. */
  async next(): Promise<number> {
    await settle();
    const from = this.#now;
    const first = this.#first();
    if (first === undefined || first.due === Infinity) return 0;
    for (let next: Sleeper | undefined = first; next?.due === first.due; next = this.#first()) await this.#wake(next);
    return this.#now - from;
  }

  /** Who is due next; of several the one who has slept the longest. */
  #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const each of this.#sleepers) if (first === undefined || each.due < first.due) first = each;
    return first;
  }

  async #wake(sleeper: Sleeper): Promise<void> {
    this.#now = sleeper.due;
    sleeper.wake();
    await settle();
  }
}

/** Lets microtasks and immediates run out: two turns, for what an immediate sets off in its turn. */
async function settle(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
