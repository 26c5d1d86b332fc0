/** One who waits for tokens. */
export interface Waiter {
  readonly tokens: number;
  readonly since: number;
  readonly grant: (now: number) => void;
  previous: this | undefined;
  next: this | undefined;
}

/** First come, first served; a waiter leaves from anywhere in constant time. */
export class WaiterQueue<W extends Waiter = Waiter> {
  head: W | undefined;
  size = 0;
  /** What all of them wait for together. */
  tokens = 0;
  #tail: W | undefined;

  push(waiter: W): void {
    waiter.previous = this.#tail;
    if (this.#tail === undefined) this.head = waiter;
    else this.#tail.next = waiter;
    this.#tail = waiter;
    this.size += 1;
    this.tokens += waiter.tokens;
  }

  remove(waiter: W): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    this.size -= 1;
    // No drift: an empty queue waits for nothing.
    this.tokens = this.size === 0 ? 0 : this.tokens - waiter.tokens;
  }
}
