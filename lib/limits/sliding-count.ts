/** The window is divided into at least this many slots. */
const SLOTS = 100;

interface Slot {
  readonly first: number;
  last: number;
  count: number;
}

/**
 * Counts events within the last `window` milliseconds, in constant memory. Events that are close together share a slot and
 * leave the window together, with the first or the last of them.
 */
export class SlidingCount {
  readonly #slots: Slot[] = [];
  #total = 0;

  constructor(
    private readonly window: number,
    /** Which event of a slot the others leave with: with `'first'` it may count too few, with `'last'` too many. */
    private readonly leavesWith: 'first' | 'last',
  ) {}

  /** Counts an event. */
  add(now: number): void {
    const slot = this.#slots.at(-1);
    this.#total += 1;
    // If the clock was set back, the event belongs to the latest slot.
    if (slot !== undefined && now - slot.first < this.window / SLOTS) {
      slot.last = Math.max(slot.last, now);
      slot.count += 1;
      return;
    }
    this.#slots.push({ first: now, last: now, count: 1 });
    this.at(now);
  }

  /** The number of events in the window that ends at `now`. */
  at(now: number): number {
    for (let slot = this.#slots[0]; slot !== undefined; slot = this.#slots[0]) {
      if (now - slot[this.leavesWith] < this.window) break;
      this.#slots.shift();
      this.#total -= slot.count;
    }
    return this.#total;
  }
}
