import { systemClock, type Clock } from '../base/clock.js';

/** What the real clock reads; fake timers put another function here. */
const source = (): unknown => (globalThis as { performance?: { now?: unknown } }).performance?.now;

/**
 * The time of a clock, made monotone. A clock that is set back counts as no elapsed time, and no time is counted twice:
 * time stands still until the clock is where it was. But nobody waits for that, and a clock that begins again, as with
 * fake timers, never comes there: then time goes on from where it stood (`reanchor`). A step forward is time that passed,
 * since this clock is all that can be seen.
 */
export class SteadyClock {
  /** What the clock read last. */
  read: number;
  #latest: number;
  #offset = 0;
  #source: unknown = source();

  constructor(readonly clock: Clock) {
    this.read = this.#latest = clock.now();
  }

  now(): number {
    const raw = this.clock.now();
    this.read = raw;
    if (raw >= this.#latest) {
      this.#latest = raw;
      return raw + this.#offset;
    }
    const now = this.#latest + this.#offset;
    if (this.clock === systemClock && source() !== this.#source) this.#goOnFrom(raw);
    return now;
  }

  /** As `now`, for those that wait: time goes on from here. */
  reanchor(): number {
    const now = this.now();
    if (this.read < this.#latest) this.#goOnFrom(this.read);
    return now;
  }

  #goOnFrom(raw: number): void {
    this.#source = source();
    this.#offset += this.#latest - raw;
    this.#latest = raw;
  }
}

const steady = new WeakMap<Clock, SteadyClock>();

/** One for each clock: limiters on the same clock agree about the time. */
export function steadyClock(clock: Clock): SteadyClock {
  let found = steady.get(clock);
  if (found === undefined) {
    found = new SteadyClock(clock);
    steady.set(clock, found);
  }
  return found;
}
