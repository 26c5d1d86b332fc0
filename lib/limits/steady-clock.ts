import { systemClock, type Clock } from '../base/clock.js';

/** The function that the real clock reads. Fake timers replace it. */
const source = (): unknown => (globalThis as { performance?: { now?: unknown } }).performance?.now;

/**
 * A clock that never goes back. When the clock below is set back, this one stands still until the other has caught up, so no
 * time counts twice. Waiting callers must not wait for that, and fake timers start again from 0: then time continues from
 * where it stood (`reanchor`). A step forward counts as time that has passed.
 */
export class SteadyClock {
  /** The last reading of the clock below. */
  lastReading: number;
  #latest: number;
  #offset = 0;
  #source: unknown = source();

  constructor(readonly clock: Clock) {
    this.lastReading = this.#latest = clock.now();
  }

  now(): number {
    const raw = this.clock.now();
    this.lastReading = raw;
    if (raw >= this.#latest) {
      this.#latest = raw;
      return raw + this.#offset;
    }
    const now = this.#latest + this.#offset;
    if (this.clock === systemClock && source() !== this.#source) this.#goOnFrom(raw);
    return now;
  }

  /** Returns the time as `now` does. If the clock below was set back, time continues from here. For waiting callers. */
  reanchor(): number {
    const now = this.now();
    if (this.lastReading < this.#latest) this.#goOnFrom(this.lastReading);
    return now;
  }

  #goOnFrom(raw: number): void {
    this.#source = source();
    this.#offset += this.#latest - raw;
    this.#latest = raw;
  }
}

const steady = new WeakMap<Clock, SteadyClock>();

/** Returns the steady clock of a clock, the same each time, so that limiters on one clock agree about the time. */
export function steadyClock(clock: Clock): SteadyClock {
  let found = steady.get(clock);
  if (found === undefined) {
    found = new SteadyClock(clock);
    steady.set(clock, found);
  }
  return found;
}
