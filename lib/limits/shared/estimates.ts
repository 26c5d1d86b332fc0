/** The weight of a new sample, as in TCP's estimate of the round trip (RFC 6298). */
const GAIN = 0.125;
/** Milliseconds: a claim's validity before the first round trip, and the largest first sample. */
const FIRST = 100;
/** Milliseconds: a claim is valid for at most this long if the process needs no longer. */
const FREE = 250;

/**
 * A moving mean and its spread. A stall of this process hardly changes them: a sample counts as at most three times the mean
 * plus 20 ms, and a mean that is far too high falls fast.
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

/** Measures round trips to the store and the lateness of timers, and derives how early to ask. All in milliseconds. */
export class Estimates {
  readonly #trip = new Mean();
  readonly #late = new Mean();

  recordTrip(ms: number): void {
    this.#trip.add(Math.max(0, ms));
  }

  recordLateness(ms: number): void {
    this.#late.add(Math.max(0, ms));
  }

  /** How long before its tokens are due a process asks for them. */
  get lead(): number {
    return (this.#trip.mean ?? 0) + this.#lateness;
  }

  /** At least 1: timers have a resolution of a millisecond. */
  get #lateness(): number {
    return Math.max(1, this.#late.mean ?? 1);
  }

  /** How far ahead tokens may be claimed. */
  get horizon(): number {
    return 2 * this.lead + 1;
  }

  /**
   * How long after its due moment a claim may be used: as long as this process needs, or longer where that costs nothing,
   * because the bucket takes long to fill.
   */
  validity(capacity: number, rate: number): number {
    if (this.#trip.mean === undefined) return FIRST;
    const needed = 2 * this.#trip.mean + 2 * this.#trip.spread + 3 * this.#lateness + 3;
    return Math.max(needed, Math.min(FREE, rate === 0 ? 0 : (capacity / rate) * 250));
  }
}
