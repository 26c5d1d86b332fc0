import type { Waiter } from './queue.js';

/** So many that have left are no burden. */
const FEW = 64;

type Bounded = Waiter & { readonly deadline: number };

/** The waiters of a queue that have a deadline, as a binary heap. Those that have left stay until they come to the top. */
export class Deadlines {
  #heap: Bounded[] = [];

  /** The one whose deadline is first; undefined if no waiter has one. */
  get first(): Bounded | undefined {
    while (this.#heap[0]?.waits === false) this.#removeFirst();
    return this.#heap[0];
  }

  /** @param waiting how many wait in the queue, this one included; then those that have left are forgotten in time */
  add(waiter: Waiter, waiting = Infinity): void {
    if (waiter.deadline === undefined) return;
    if (this.#heap.length > 2 * waiting + FEW) this.#forgetThoseThatLeft();
    const heap = this.#heap;
    let at = heap.push(waiter as Bounded) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Bounded).deadline <= (heap[at] as Bounded).deadline) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #forgetThoseThatLeft(): void {
    this.#heap = this.#heap.filter(({ waits }) => waits).sort((one, other) => one.deadline - other.deadline);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Bounded;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && (heap[child] as Bounded).deadline < (heap[least] as Bounded).deadline) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    [heap[one], heap[other]] = [heap[other] as Bounded, heap[one] as Bounded];
  }
}
