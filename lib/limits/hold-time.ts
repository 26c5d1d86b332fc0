/** After this many releases, the sums are halved, so that older holds count less. */
const MEMORY = 100;

/**
 * How long slots are held on average. By Little's law this is the sum of all hold times, divided by the number of slots that
 * were released.
 */
export class HoldTime {
  #held = 0;
  #since: number;
  #taken = 0;
  #released = 0;

  constructor(now: number) {
    this.#since = now;
  }

  /** Notes that `inFlight` slots were held from the last call until `now`. */
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

  /** Milliseconds; 0 if no slot was ever held. */
  get average(): number {
    return this.#held / (this.#released || this.#taken || 1);
  }
}
