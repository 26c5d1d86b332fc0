import type { Reading } from './feedback.js';

/** The factor of a cut: AWS SDKs' adaptive retry mode, after CUBIC (RFC 9438: β = 0.7). */
const CUT = 0.7;
/** Milliseconds between two cuts, so that several refusals of one burst cut once. */
const BETWEEN_CUTS = 1000;
/** The lowest rate, as a share of the configured one. */
const FLOOR = 0.01;
/** The share of the configured rate regained in a second of successes: the additive increase of TCP (RFC 5681). */
const REGAIN = 0.05;

/**
 * An adaptive rate: additive increase and multiplicative decrease, as in TCP's congestion control (RFC 5681) and the
 * adaptive mode of AWS SDKs, which cuts by the same factor. A pure function of time: `now` is in milliseconds.
 */
export class AdaptiveRate {
  /** From 1 % of the configured rate up to the configured rate. */
  #inForce: number;
  #lastCut = -Infinity;
  #lastRaise = 0;

  constructor(private readonly configured: number) {
    this.#inForce = configured;
  }

  /** Takes an answer into account. Returns the rate in force. */
  update({ throttled, succeeded }: Reading, now: number): number {
    if (throttled) this.#cut(now);
    else if (succeeded) this.#raise(now);
    return this.#inForce;
  }

  /** Cuts the rate after a refusal, at most once per second. */
  #cut(now: number): void {
    if (now - this.#lastCut < BETWEEN_CUTS) return;
    this.#lastCut = now;
    this.#lastRaise = now;
    this.#inForce = Math.max(this.configured * FLOOR, this.#inForce * CUT);
  }

  /** Raises the rate after a success, in proportion to the time since the last one, for at most a second. */
  #raise(now: number): void {
    const seconds = Math.min(1000, Math.max(0, now - this.#lastRaise)) / 1000;
    this.#lastRaise = now;
    this.#inForce = Math.min(this.configured, this.#inForce + this.configured * REGAIN * seconds);
  }
}
