import { refill, timeUntil, type Level } from '../level.js';

/**
 * The tokens of one key that this process grants by itself while the store is unavailable: its share of the rate. The share
 * starts empty, so that all processes together stay within the rate.
 */
export class LocalShare {
  #level: Level | undefined;
  /** The number of tokens that the first caller wants at once. */
  #weight = 0;
  /** The tokens that it granted since it began; so many may come back. */
  #granted = 0;

  constructor(
    private readonly capacity: number,
    private readonly processes: number,
  ) {}

  get inUse(): boolean {
    return this.#level !== undefined;
  }

  /** Starts an empty share, because the store did not reply. It refills only after the end of a pause. */
  begin(now: number, pausedUntil: number): void {
    if (this.#level !== undefined) return;
    this.#level = { tokens: 0, last: Math.max(now, pausedUntil) };
    this.#granted = 0;
  }

  /** Drops the share, because the store is back. */
  end(): void {
    this.#level = undefined;
  }

  /** Stops refilling until that moment, for a pause. */
  postpone(until: number): void {
    if (this.#level !== undefined) this.#level.last = Math.max(this.#level.last, until);
  }

  /** Charges tokens that were granted. */
  take(tokens: number): void {
    this.#granted += tokens;
    (this.#level as Level).tokens -= tokens;
  }

  /** Gives tokens back, at most those that it granted; negative: charges tokens that are owed. */
  settle(tokens: number, now: number, rate: number): void {
    if (this.#level === undefined) return;
    const back = Math.min(tokens, this.#granted);
    const { tokens: level } = this.at(now, rate);
    this.#granted -= back;
    this.#level.tokens = Math.min(level + back, Math.max(level, this.#size));
  }

  /** Lowers the level to what the rate-limited server has left. */
  lower(tokens: number, now: number, rate: number): void {
    if (this.#level !== undefined) this.#level.tokens = Math.min(this.at(now, rate).tokens, tokens);
  }

  /** The level of a share in use. It can hold `weight`, since a smaller one would never serve a caller that wants it. */
  at(now: number, rate: number, weight = this.#weight): Level {
    const level = this.#level as Level;
    this.#weight = weight;
    refill(level, now, this.#perMs(rate), this.#size);
    return level;
  }

  /** Milliseconds until there are `tokens`. */
  timeUntil(tokens: number, now: number, rate: number, weight: number): number {
    if (rate === 0) return Infinity;
    return timeUntil(this.at(now, rate, weight), tokens, now, this.#perMs(rate));
  }

  /** The most tokens that it holds. */
  get #size(): number {
    return Math.max(this.capacity / this.processes, this.#weight);
  }

  #perMs(rate: number): number {
    return rate / 1000 / this.processes;
  }
}
