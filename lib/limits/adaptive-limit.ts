import type { Reading } from './feedback.js';

/** The factor of a cut. */
const CUT = 0.7;

/**
 * An adaptive concurrency limit: additive increase and multiplicative decrease, as in TCP's congestion control (RFC 5681)
 * and the AIMD limit of Netflix' concurrency-limits. It rises by one per round trip while at least half of it is in use. It
 * is cut at most once per round trip: an attempt that began before the last cut does not cut again.
 */
export class AdaptiveLimit {
  #inForce: number;
  #cutAt = -Infinity;
  /** Where `began` does not tell, so many of the next reports count as attempts in flight at the last cut; none below 1. */
  #inFlightAtCut = 0;

  constructor(private readonly configured: number) {
    this.#inForce = configured;
  }

  /** The limit in force: whole slots, from 1 to the configured number. */
  get inForce(): number {
    return Math.min(this.configured, Math.max(1, Math.floor(this.#inForce + 1e-9)));
  }

  /**
   * Takes an attempt's result into account.
   *
   * @param inFlight The slots in use, including this attempt's.
   * @param began When the attempt began, in milliseconds on the clock of `now`.
   */
  update(reading: Reading, inFlight: number, began: number | undefined, now: number): void {
    const { overloaded, succeeded } = reading;
    // An attempt that began at the moment of the cut may have begun before it or after it.
    const untold = began === undefined || began === this.#cutAt;
    const old = untold ? this.#inFlightAtCut > 0 : began < this.#cutAt;
    if (untold) this.#inFlightAtCut -= 1;
    if (overloaded && !old) {
      this.#inForce = Math.max(1, this.#inForce * CUT);
      this.#cutAt = now;
      this.#inFlightAtCut = Math.max(0, inFlight - 1);
    } else if (succeeded && inFlight * 2 >= this.inForce) {
      this.#inForce = Math.min(this.configured, this.#inForce + 1 / this.#inForce);
    }
  }
}
