/** Limits as servers keep them, written apart from the library. Times in milliseconds. */

/** At most `limit` in any window: a log of every request. */
export class Log {
  readonly #taken: { at: number; tokens: number }[] = [];
  #total = 0;

  constructor(
    readonly limit: number,
    readonly window: number,
  ) {}

  take(now: number, tokens = 1): boolean {
    if (this.left(now) < tokens) return false;
    this.#taken.push({ at: now, tokens });
    this.#total += tokens;
    return true;
  }

  left(now: number): number {
    for (let [first] = this.#taken; first !== undefined && first.at + this.window <= now; [first] = this.#taken) {
      this.#taken.shift();
      this.#total -= first.tokens;
    }
    return this.limit - this.#total;
  }

  /** When there is more than now. */
  resetAfter(now: number): number {
    return this.left(now) === this.limit ? 0 : (this.#taken[0] as { at: number }).at + this.window - now;
  }
}

/** A window that begins with the first request after the last one has ended. */
export class FixedWindow {
  #ends = -Infinity;
  #used = 0;

  constructor(
    readonly limit: number,
    readonly window: number,
  ) {}

  take(now: number, tokens = 1): boolean {
    if (now >= this.#ends) {
      this.#ends = now + this.window;
      this.#used = 0;
    }
    if (this.#used + tokens > this.limit) return false;
    this.#used += tokens;
    return true;
  }

  left(now: number): number {
    return now >= this.#ends ? this.limit : this.limit - this.#used;
  }

  resetAfter(now: number): number {
    return Math.max(0, this.#ends - now);
  }
}

/** `capacity` at once, and `rate` a second. */
export class Leaky {
  #level: number;
  #at = 0;

  constructor(
    readonly rate: number,
    readonly capacity: number,
  ) {
    this.#level = capacity;
  }

  take(now: number, tokens = 1): boolean {
    if (this.left(now) < tokens) return false;
    this.#level -= tokens;
    return true;
  }

  giveBack(now: number, tokens: number): void {
    this.#level = Math.min(this.capacity, this.left(now) + tokens);
  }

  left(now: number): number {
    this.#level = Math.min(this.capacity, this.#level + ((now - this.#at) * this.rate) / 1000);
    this.#at = now;
    return this.#level;
  }

  /** When it is full. */
  resetAfter(now: number): number {
    return ((this.capacity - this.left(now)) / this.rate) * 1000;
  }
}
