import { abortReason, listen, unlisten } from '../base/abort.js';
import { checkDuration, checkSignal, checkFinite, checkKeys } from '../base/check.js';
import type { Clock } from '../base/clock.js';
import { afterReal, nextTurn, settle } from './real-time.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Milliseconds: `advance` wakes a sleeper due so little after its end, since times are sums in floating point. */
const ROUNDING = 1e-6;

/** Options of `VirtualClock.run`. */
export interface RunOptions {
  /** How many real milliseconds without activity on the clock pass before time moves. Default 30; 0 is allowed. */
  readonly quiet?: number | undefined;
}

/**
 * A clock whose time moves only when you move it. Sleepers wake in the order of their times. Promises and immediates that a
 * sleeper starts run before the next one wakes. Fake timers do not stop the clock.
 *
 * @example
 * ```ts
 * import { retry, stop, wait } from 'tenax';
 * import { VirtualClock } from 'tenax/testing';
 *
 * const clock = new VirtualClock();
 * const failing = async () => Promise.reject(new Error('down'));
 * const call = retry(failing, { stop: stop.afterAttempt(3), wait: wait.fixed(60_000), clock })().catch(() => 'gave up');
 * console.assert((await clock.run(call)) === 'gave up'); // takes a few real milliseconds
 * console.assert(clock.now() === 120_000);
 * ```
 */
export class VirtualClock implements Clock {
  #now: number;
  /** The sleepers in the order in which they went to sleep. */
  readonly #sleepers = new Set<Sleeper>();
  /** How many times a sleep has begun or ended. */
  #activity = 0;
  /** Called when a sleep begins. */
  readonly #watchers = new Set<() => void>();

  /**
   * @param start The initial time in milliseconds. Default 0.
   * @throws TypeError or RangeError for a value that is not a finite number.
   */
  constructor(start = 0) {
    this.#now = checkFinite('VirtualClock: start', start);
  }

  /** The current time in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** The number of sleepers. */
  get pending(): number {
    return this.#sleepers.size;
  }

  /**
   * Resolves when time has moved by `ms`. Rejects with `signal.reason` when the signal aborts. With 0 it resolves after a turn
   * of the event loop, without moving time.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    this.#activity += 1;
    if (!(ms > 0)) return nextTurn();
    return new Promise((resolve, reject) => {
      if (signal !== undefined) checkSignal('sleep: signal', signal);
      const leave = (): void => {
        this.#activity += 1;
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

  /** Moves time by `ms` and wakes every sleeper that is due by then, even those that go to sleep meanwhile. */
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
   * Moves time to the next sleeper and wakes all that are due then. Resolves with the milliseconds that time moved; 0 if there
   * is no sleeper.
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
   * Settles as `promise` does. Until then, time moves to the next sleeper whenever no sleep on this clock has begun or ended
   * for `quiet` real milliseconds, so that real I/O can finish first. Without a sleeper it waits for one.
   *
   * @throws TypeError or RangeError that names the option and what it takes.
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
    // The promise may have settled already.
    await settle();
    for (;;) {
      if (isSettled) return result;
      const before = this.#activity;
      await new Promise<void>((resolve) => {
        wakeUp = this.#whenQuiet(quiet, resolve);
      });
      // Data that has arrived meanwhile is read first; it may cause activity.
      await settle();
      if (!isSettled && before === this.#activity) await this.next();
    }
  }

  /**
   * Calls `callback` after `quiet` real milliseconds if there is a sleeper, otherwise when a sleep begins. Returns a function
   * that calls it at once instead.
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

  /** The sleeper that is due next, and of several the one that went to sleep first. */
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
