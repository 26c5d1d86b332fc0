import { RateLimitTimeoutError } from './errors.js';
import type { Waiter } from './queue.js';

/** Waiters that have left are removed once the heap is longer than twice the queue plus this number. */
const SLACK = 64;

type Bounded = Waiter & { readonly deadline: number };

/** The waiters of a queue that have a deadline, as a binary heap. A waiter that left stays in it until it reaches the top. */
export class Deadlines {
  #heap: Bounded[] = [];

  /** The waiter with the earliest deadline; undefined if no waiter has a deadline. */
  get first(): Bounded | undefined {
    while (this.#heap[0]?.waits === false) this.#removeFirst();
    return this.#heap[0];
  }

  /**
   * Adds a waiter. One without a deadline is ignored.
   *
   * @param waiting The length of the queue, including this waiter. It bounds how many waiters that left stay in the heap.
   */
  add(waiter: Waiter, waiting: number): void {
    if (waiter.deadline === undefined) return;
    if (this.#heap.length > 2 * waiting + SLACK) this.#removeThoseThatLeft();
    const heap = this.#heap;
    let at = heap.push(waiter as Bounded) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Bounded).deadline <= (heap[at] as Bounded).deadline) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Rejects every waiter whose deadline has passed. */
  rejectOverdue(now: number): void {
    for (let { first } = this; first !== undefined && first.deadline <= now; { first } = this) {
      const maxWait = first.deadline - first.since;
      first.reject(new RateLimitTimeoutError(Math.max(maxWait, now - first.since), maxWait));
    }
  }

  #removeThoseThatLeft(): void {
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
