import { abortReason, listen, unlisten } from '../base/abort.js';
import { checkDuration, checkKeys } from '../base/check.js';
import type { Clock } from '../base/clock.js';
import { afterReal, nextTurn, settle } from './real-time.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Milliseconds by which a sum of fractions of a millisecond may miss its end: seven sevenths of a second are a second. */
const ROUNDING = 1e-6;

/** Options of `VirtualClock.run`. */
export interface RunOptions {
  /** Real milliseconds without any activity on the clock before time moves. Default 30; 0 is allowed. */
  readonly quiet?: number | undefined;
}

/**
 * A clock whose time moves only when you move it, or to the next sleeper. Sleepers wake in the order of their times. What a
 * sleeper starts settles before the next one wakes. Fake timers do not stop it.
 *
 * @example
 * const clock = new VirtualClock();
 * const call = retry(fn, { wait: wait.fixed(60_000), clock })();
 * await clock.run(call); // takes a few real milliseconds
 */
export class VirtualClock implements Clock {
  #now: number;
  /** In the order in which they went to sleep. */
  readonly #sleepers = new Set<Sleeper>();
  /** How often a sleep has begun or ended. */
  #moves = 0;
  /** Called when a sleep begins. */
  readonly #watchers = new Set<() => void>();

  /** @param start what `now()` returns first, in milliseconds */
  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** The number of sleepers. */
  get pending(): number {
    return this.#sleepers.size;
  }

  /** Resolves when time has moved by `ms`. With 0 the event loop turns once, and time does not move. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    this.#moves += 1;
    if (!(ms > 0)) return nextTurn();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#moves += 1;
        this.#sleepers.delete(sleeper);
        if (signal !== undefined) unlisten(signal, abort);
      };
      const abort = (): void => {
        leave();
        reject(abortReason(signal as AbortSignal));
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
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** Moves time by `ms` and wakes every sleeper on the way, even those that fall asleep meanwhile. */
  async advance(ms: number): Promise<void> {
    checkDuration('advance', ms);
    const end = this.#now + ms;
    await settle();
    for (let next = this.#first(); next !== undefined && next.due <= end + ROUNDING; next = this.#first()) {
      await this.#wake(next, end);
    }
    this.#now = Math.max(this.#now, end);
    await settle();
  }

  /**
   * Moves time to the next sleeper and wakes all that are due then. Returns how far time moved; 0 if there is no sleeper.
   */
  async next(): Promise<number> {
    await settle();
    const from = this.#now;
    const first = this.#first();
    if (first === undefined || first.due === Infinity) return 0;
    for (let next: Sleeper | undefined = first; next?.due === first.due; next = this.#first()) await this.#wake(next);
    return this.#now - from;
  }

  /**
   * Settles as `promise` does. Until then time moves to the next sleeper whenever, for `quiet` real milliseconds, no
   * sleep on this clock has begun or ended: real I/O goes first. With no sleeper it waits for one, as `await` does.
   *
   * @throws TypeError or RangeError for a wrong option
   */
  async run<T>(promise: PromiseLike<T>, options: RunOptions = {}): Promise<T> {
    checkKeys('run', options, ['quiet']);
    const quiet = checkDuration('run: quiet', options.quiet ?? 30);
    const result = Promise.resolve(promise);
    let isSettled = false;
    let wakeUp = (): void => undefined;
    const settled = (): void => {
      isSettled = true;
      wakeUp();
    };
    result.then(settled, settled);
    // It may have settled already.
    await settle();
    for (;;) {
      if (isSettled) return result;
      const moves = this.#moves;
      await new Promise<void>((resolve) => {
        wakeUp = this.#whenQuiet(quiet, resolve);
      });
      // What has arrived in the meantime is read before the quiet time counts.
      await settle();
      if (!isSettled && moves === this.#moves) await this.next();
    }
  }

  /**
   * Calls `callback` once: after `quiet` real milliseconds if anyone sleeps, else when someone goes to sleep. Returns how
   * to call it sooner.
   */
  #whenQuiet(quiet: number, callback: () => void): () => void {
    const first = this.#first();
    if (first === undefined || first.due === Infinity) {
      const call = (): void => {
        this.#watchers.delete(call);
        callback();
      };
      this.#watchers.add(call);
      return call;
    }
    const cancel = afterReal(quiet, callback);
    return () => {
      cancel();
      callback();
    };
  }

  /** The sleeper that is due next; of several, the one that has slept longest. */
  #first(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const each of this.#sleepers) if (first === undefined || each.due < first.due) first = each;
    return first;
  }

  async #wake(sleeper: Sleeper, latest = Infinity): Promise<void> {
    this.#now = Math.min(sleeper.due, latest);
    sleeper.wake();
    await settle();
  }
}
