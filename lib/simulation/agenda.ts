interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly what: T;
}

const before = <T>(one: Entry<T>, other: Entry<T>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** What is to happen, by its time: a binary heap (J. W. J. Williams, 1964); of equal times the earlier entry first. */
export class Agenda<T> {
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

  /** Takes the next out. */
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
