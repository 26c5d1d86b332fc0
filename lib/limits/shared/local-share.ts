import { refill, timeUntil, type Level } from '../level.js';

/**
 * What one process grants by itself while the store is unavailable: its share of the rate. It starts empty, so that all
 * processes together stay within the rate.
 */
export class LocalShare {
  #level: Level | undefined;
  /** The most that a caller wants at once. */
  #weight = 0;

  constructor(
    private readonly capacity: number,
    private readonly processes: number,
  ) {}

  get inUse(): boolean {
    return this.#level !== undefined;
  }

  /** The store did not reply. During a pause nothing comes in here either. */
  begin(now: number, pausedUntil: number): void {
    this.#level ??= { tokens: 0, last: Math.max(now, pausedUntil) };
  }

  /** The store is back. */
  end(): void {
    this.#level = undefined;
  }

  postpone(until: number): void {
    if (this.#level !== undefined) this.#level.last = Math.max(this.#level.last, until);
  }

  /** The tokens that are there, while it is in use. A share smaller than `weight` would never serve a caller that wants it. */
  at(now: number, rate: number, weight = this.#weight): Level {
    const level = this.#level as Level;
    this.#weight = weight;
    refill(level, now, this.#perMs(rate), Math.max(this.capacity / this.processes, weight));
    return level;
  }

  /** Milliseconds until `tokens` are there. */
  timeUntil(tokens: number, now: number, rate: number, weight: number): number {
    if (rate === 0) return Infinity;
    return timeUntil(this.at(now, rate, weight), tokens, now, this.#perMs(rate));
  }

  #perMs(rate: number): number {
    return rate / 1000 / this.processes;
  }
}
