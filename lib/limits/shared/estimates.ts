/** The weight of a new sample, as in TCP's estimate of the round trip (RFC 6298). */
const GAIN = 0.125;
/** Milliseconds: until a round trip has been seen. */
const FIRST = 100;
/** Milliseconds: the free part of a claim's validity is at most this. */
const FREE = 250;

/**
 * A mean and its spread. A stall of this process spoils neither: no sample counts as more than thrice the mean and 20 ms,
 * and what was far too much is soon forgotten.
 */
class Mean {
  mean: number | undefined;
  spread = 0;

  add(sample: number): void {
    if (this.mean === undefined) {
      this.mean = Math.min(sample, FIRST);
      this.spread = this.mean / 2;
      return;
    }
    const value = Math.min(sample, 3 * this.mean + 20);
    this.spread += 2 * GAIN * (Math.abs(value - this.mean) - this.spread);
    this.mean += (value < this.mean / 2 ? 0.5 : GAIN) * (value - this.mean);
  }
}

/** How long commands and timers take here, in milliseconds, and what follows from it. */
export class Estimates {
  readonly #trip = new Mean();
  readonly #late = new Mean();

  tripTook(ms: number): void {
    this.#trip.add(Math.max(0, ms));
  }

  timerWasLate(ms: number): void {
    this.#late.add(Math.max(0, ms));
  }

  /** How long before its tokens are there a process asks for them. */
  get lead(): number {
    return (this.#trip.mean ?? 0) + this.#lateness;
  }

  /** A timer's own unit is a millisecond. */
  get #lateness(): number {
    return Math.max(1, this.#late.mean ?? 1);
  }

  /** How far ahead tokens may be claimed. */
  get horizon(): number {
    return 2 * this.lead + 1;
  }

  /** How long a claim may be taken: what this process needs, and what costs nothing since the bucket has room for it. */
  valid(capacity: number, rate: number): number {
    if (this.#trip.mean === undefined) return FIRST;
    const needed = 2 * this.#trip.mean + 2 * this.#trip.spread + 3 * this.#lateness + 3;
    return Math.max(needed, Math.min(FREE, rate === 0 ? 0 : (capacity / rate) * 250));
  }
}
