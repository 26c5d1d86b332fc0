interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly what: T;
}

const before = <T>(one: Entry<T>, other: Entry<T>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Events in the order of their times; events of the same time in the order in which they were added. A binary heap. */
export class EventQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  add(at: number, what: T): void {
    const heap = this.#heap;
    const entry = { at, order: (this.#order += 1), what };
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry<T>;
      if (before(above, entry)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  /** Removes and returns the next event; undefined if the queue is empty. */
  next(): Entry<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop() as Entry<T>;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Entry<T>)) child += 1;
      const lesser = heap[child] as Entry<T>;
      if (before(last, lesser)) break;
      heap[i] = lesser;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
