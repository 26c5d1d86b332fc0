/** Up to this many separate charges are counted exactly. */
const EXACT = 100;
/** Above that, charges within this share of the window are counted as one. */
const GRAIN = 0.01;
/** Tokens: amounts are computed in floating point, so a smaller shortage does not count. */
export const ROUNDING = 1e-9;

/** Charges that leave the window together, with the last of them. */
interface Slot {
  readonly first: number;
  last: number;
  tokens: number;
}

/**
 * Counts the charges in the window (now − window, now], in bounded memory. It is exact while it counts at most 100 separate
 * charges. Above that, a charge may leave up to 1 % of the window late, never early. Debt is charged as soon as there is
 * room, at most `limit` per window. Times in milliseconds.
 */
export class WindowCount {
  readonly #slots: Slot[] = [];
  #counted = 0;
  #debt = 0;

  constructor(
    public limit: number,
    private readonly window: number,
  ) {}

  /** The tokens that are left at `now`; negative if tokens are owed. */
  free(now: number): number {
    this.#slide(now);
    return this.limit - this.#counted - this.#debt;
  }

  fits(tokens: number, now: number): boolean {
    return this.free(now) + ROUNDING >= tokens;
  }

  charge(tokens: number, now: number): void {
    this.#slide(now);
    this.#counted += tokens;
    const slot = this.#slots.at(-1);
    if (slot?.last === now) slot.tokens += tokens;
    else if (slot !== undefined && this.#slots.length >= EXACT && now - slot.first <= this.window * GRAIN) {
      slot.last = now;
      slot.tokens += tokens;
    } else this.#slots.push({ first: now, last: now, tokens });
  }

  /** Charges tokens that leave the window at `leaves`, at most a window from now. */
  chargeUntil(leaves: number, tokens: number, now: number): void {
    this.#slide(now);
    const last = leaves - this.window;
    const at = this.#slots.findIndex((slot) => slot.last > last);
    this.#slots.splice(at < 0 ? this.#slots.length : at, 0, { first: last, last, tokens });
    this.#counted += tokens;
  }

  /** Charges tokens without waiting. Those that do not fit are owed. */
  owe(tokens: number, now: number): void {
    const room = Math.max(0, Math.min(tokens, this.free(now)));
    if (room > 0) this.charge(room, now);
    this.#debt += tokens - room;
  }

  /**
   * Gives tokens back: first those that are owed, then those of the charge made at `chargedAt`, then those of the oldest
   * charges. Without `chargedAt`, an older charge would shrink and this one would count for too long.
   */
  giveBack(tokens: number, now: number, chargedAt?: number): void {
    this.#slide(now);
    const owed = Math.min(this.#debt, tokens);
    this.#debt -= owed;
    let rest = tokens - owed;
    if (chargedAt !== undefined) rest -= this.#takeBack(this.#indexAt(chargedAt), rest);
    while (rest > 0 && this.#slots.length > 0) rest -= this.#takeBack(0, rest);
  }

  /** Gives back at most `most` tokens of a slot. Returns how many. */
  #takeBack(index: number, most: number): number {
    const slot = this.#slots[index];
    if (slot === undefined) return 0;
    const back = Math.min(slot.tokens, most);
    slot.tokens -= back;
    this.#counted -= back;
    if (slot.tokens <= 0) this.#remove(index);
    return back;
  }

  /** The index of the slot with the charge made at that moment; -1 if it has left the window. */
  #indexAt(at: number): number {
    let index = this.#slots.length - 1;
    while (index >= 0 && (this.#slots[index] as Slot).first > at) index -= 1;
    return index;
  }

  /** Milliseconds until `tokens` fit, if no caller takes any meanwhile. Debt is charged first. */
  timeUntil(tokens: number, now: number): number {
    if (this.limit === 0) return Infinity;
    this.#slide(now);
    const wanted = this.#debt + tokens;
    // More than the limit takes several windows: each grants `limit`, which is free again a window later.
    const windows = Math.max(0, Math.ceil((wanted - ROUNDING) / this.limit) - 1);
    const missing = this.#counted + wanted - windows * this.limit - this.limit;
    return windows * this.window + this.#untilFree(missing, now);
  }

  /** How many tokens fit at the later moment `at`, if `tokens` are taken now and nothing else until then. */
  freeAt(at: number, tokens: number, now: number): number {
    this.#slide(now);
    let counted = this.#counted + this.#debt + (at - now < this.window ? tokens : 0);
    for (const slot of this.#slots) {
      if (at - slot.last < this.window) break;
      counted -= slot.tokens;
    }
    return this.limit - counted;
  }

  #untilFree(missing: number, now: number): number {
    let rest = missing - ROUNDING;
    for (const slot of this.#slots) {
      if (rest <= 0) return 0;
      rest -= slot.tokens;
      if (rest <= 0) return slot.last + this.window - now;
    }
    return 0;
  }

  #slide(now: number): void {
    for (let slot = this.#slots[0]; slot !== undefined; slot = this.#slots[0]) {
      const leaves = slot.last + this.window;
      if (leaves > now) return;
      this.#counted -= slot.tokens;
      this.#remove(0);
      this.#payDebt(leaves);
    }
  }

  #payDebt(now: number): void {
    const paid = Math.min(this.#debt, Math.max(0, this.limit - this.#counted));
    if (paid <= 0) return;
    this.#debt -= paid;
    this.#counted += paid;
    this.#slots.push({ first: now, last: now, tokens: paid });
  }

  #remove(index: number): void {
    if (index === 0) this.#slots.shift();
    else this.#slots.splice(index, 1);
    // An empty window counts exactly 0, so that rounding errors do not add up.
    if (this.#slots.length === 0) this.#counted = 0;
  }
}
