/** Above this many releases older ones count less. */
const MEMORY = 100;

/**
 * How long slots are held on average. By Little's law this is the time that all slots were held together, divided by
 * their number. Pure in time.
 */
export class HoldTime {
  #held = 0;
  #since: number;
  #taken = 0;
  #released = 0;

  constructor(now: number) {
    this.#since = now;
  }

  /** Notes that `inFlight` were held until now. */
  advance(inFlight: number, now: number): void {
    this.#held += inFlight * (now - this.#since);
    this.#since = now;
  }

  take(tokens: number): void {
    this.#taken += tokens;
  }

  release(tokens: number): void {
    this.#released += tokens;
    if (this.#released <= MEMORY) return;
    this.#released /= 2;
    this.#held /= 2;
  }

  /** Milliseconds; 0 if none was ever held. */
  get average(): number {
    return this.#held / (this.#released || this.#taken || 1);
  }
}
