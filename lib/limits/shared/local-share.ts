import { refill, timeUntil, type Level } from '../level.js';

/**
 * The tokens of one key that this process grants by itself while the store is unavailable: its share of the rate. The share
 * starts empty, so that all processes together stay within the rate.
 */
export class LocalShare {
  #level: Level | undefined;
  /** The number of tokens that the first caller wants at once. */
  #weight = 0;

  constructor(
    private readonly capacity: number,
    private readonly processes: number,
  ) {}

  get inUse(): boolean {
    return this.#level !== undefined;
  }

  /** Starts an empty share, because the store did not reply. It refills only after the end of a pause. */
  begin(now: number, pausedUntil: number): void {
    this.#level ??= { tokens: 0, last: Math.max(now, pausedUntil) };
  }

  /** Drops the share, because the store is back. */
  end(): void {
    this.#level = undefined;
  }

  /** Stops refilling until that moment, for a pause. */
  postpone(until: number): void {
    if (this.#level !== undefined) this.#level.last = Math.max(this.#level.last, until);
  }

  /** The level of a share in use. It can hold `weight`, since a smaller one would never serve a caller that wants it. */
  at(now: number, rate: number, weight = this.#weight): Level {
    const level = this.#level as Level;
    this.#weight = weight;
    refill(level, now, this.#perMs(rate), Math.max(this.capacity / this.processes, weight));
    return level;
  }

  /** Milliseconds until there are `tokens`. */
  timeUntil(tokens: number, now: number, rate: number, weight: number): number {
    if (rate === 0) return Infinity;
    return timeUntil(this.at(now, rate, weight), tokens, now, this.#perMs(rate));
  }

  #perMs(rate: number): number {
    return rate / 1000 / this.processes;
  }
}
