import { refill, timeUntil, type Level } from '../limits/level.js';

/**
 * What one process grants on its own while Redis is away: its share of the rate, starting empty, so that all of them
 * together stay within it.
 */
export class LocalShare {
  #level: Level | undefined;
  #probedAt = 0;

  constructor(
    private readonly capacity: number,
    private readonly processes: number,
    /** Milliseconds between two looks for Redis. */
    private readonly probeEvery: number,
  ) {}

  get inUse(): boolean {
    return this.#level !== undefined;
  }

  /** Redis did not answer. During a pause nothing comes in here either. */
  begin(now: number, pausedUntil: number): void {
    this.#probedAt = now;
    this.#level ??= { tokens: 0, last: Math.max(now, pausedUntil) };
  }

  /** Redis is back. */
  end(): void {
    this.#level = undefined;
  }

  postpone(until: number): void {
    if (this.#level !== undefined) this.#level.last = Math.max(this.#level.last, until);
  }

  /** Whether it is time to look for Redis again; if so, the next time is counted from now. */
  probes(now: number): boolean {
    if (now - this.#probedAt < this.probeEvery) return false;
    this.#probedAt = now;
    return true;
  }

  /** The tokens that are there, while it is in use; where one wants `weight` at once, a smaller share would never serve it. */
  at(now: number, rate: number, weight: number): Level {
    const level = this.#level as Level;
    refill(level, now, this.#perMs(rate), Math.max(this.capacity / this.processes, weight));
    return level;
  }

  /** Milliseconds until `tokens` are there. */
  timeUntil(tokens: number, now: number, rate: number, weight: number): number {
    return timeUntil(this.at(now, rate, weight), tokens, now, this.#perMs(rate));
  }

  #perMs(rate: number): number {
    return rate / 1000 / this.processes;
  }
}
