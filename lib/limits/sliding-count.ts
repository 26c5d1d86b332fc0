/** How finely the window slides. */
const SLOTS = 100;

interface Slot {
  readonly first: number;
  last: number;
  count: number;
}

/**
 * Counts what happened within the last `window` milliseconds, in constant memory. Events that are close together share a
 * slot and leave with its first or with its last; where all came at one moment the count is exact.
 */
export class SlidingCount {
  readonly #slots: Slot[] = [];
  #total = 0;

  constructor(
    private readonly window: number,
    /** Which event of a slot takes the others along: the first counts too few, the last too many. */
    private readonly leavesWith: 'first' | 'last',
  ) {}

  add(now: number): void {
    const slot = this.#slots.at(-1);
    this.#total += 1;
    // A clock that was set back goes on in its latest slot.
    if (slot !== undefined && now - slot.first < this.window / SLOTS) {
      slot.last = Math.max(slot.last, now);
      slot.count += 1;
      return;
    }
    this.#slots.push({ first: now, last: now, count: 1 });
    this.at(now);
  }

  at(now: number): number {
    for (let slot = this.#slots[0]; slot !== undefined; slot = this.#slots[0]) {
      if (now - slot[this.leavesWith] < this.window) break;
      this.#slots.shift();
      this.#total -= slot.count;
    }
    return this.#total;
  }
}
