/** Up to this many moments are counted exactly. Above that, calls that ended close together share a slice. */
const EXACT = 100;

/** Calls that ended between two moments. */
interface Slice {
  readonly from: number;
  to: number;
  calls: number;
  failures: number;
}

/**
 * The share of failures among the calls that ended within (now − window, now]. It is exact while there are at most 100
 * different moments within the window. Above that, calls that ended within 1 % of the window leave it together, with the last
 * of them, so that memory does not grow with the number of calls.
 */
export class Share {
  readonly #window: number;
  readonly #grain: number;
  #slices: Slice[] = [];
  #last: Slice | undefined;
  /** The index of the oldest slice that counts. */
  #first = 0;
  #calls = 0;
  #failures = 0;

  constructor(window: number) {
    this.#window = window;
    this.#grain = window / EXACT;
  }

  /** The calls within the window at the last `add`. */
  get calls(): number {
    return this.#calls;
  }

  /** The failures among these calls. */
  get failures(): number {
    return this.#failures;
  }

  /** How many slices are kept. */
  get size(): number {
    return this.#slices.length - this.#first;
  }

  /** Counts a call that ended at `now`. Moments must not decrease. */
  add(now: number, failed: boolean): void {
    this.#forget(now - this.#window);
    const failures = failed ? 1 : 0;
    const last = this.#last;
    if (last !== undefined && now - last.from <= (this.size < EXACT ? 0 : this.#grain)) {
      last.to = now;
      last.calls += 1;
      last.failures += failures;
    } else {
      this.#last = { from: now, to: now, calls: 1, failures };
      this.#slices.push(this.#last);
    }
    this.#calls += 1;
    this.#failures += failures;
  }

  /** Drops the calls that ended at `until` or before. */
  #forget(until: number): void {
    for (let slice = this.#slices[this.#first]; slice !== undefined && slice.to <= until;) {
      this.#calls -= slice.calls;
      this.#failures -= slice.failures;
      this.#first += 1;
      slice = this.#slices[this.#first];
    }
    if (this.#first <= EXACT) return;
    this.#slices = this.#slices.slice(this.#first);
    this.#first = 0;
  }
}
