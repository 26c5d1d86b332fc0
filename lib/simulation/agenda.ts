/** What is to happen, by its time: a binary heap (J. W. J. Williams, 1964); of equal times the earlier entry first. */
export class Agenda<T> {
  readonly #heap: { readonly at: number; readonly order: number; readonly what: T }[] = [];
  #order = 0;

  /** How many are to come. */
  get size(): number {
    return this.#heap.length;
  }

  add(at: number, what: T): void {
    const heap = this.#heap;
    const entry = { at, order: (this.#order += 1), what };
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as typeof entry;
      if (above.at < at || (above.at === at && above.order < entry.order)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  /** Takes the next out. */
  next(): { readonly at: number; readonly what: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      const before = (a: number, b: number): boolean => {
        const [x, y] = [heap[a] as typeof last, heap[b] as typeof last];
        return x.at < y.at || (x.at === y.at && x.order < y.order);
      };
      if (child + 1 < heap.length && before(child + 1, child)) child += 1;
      const lesser = heap[child] as typeof last;
      if (last.at < lesser.at || (last.at === lesser.at && last.order < lesser.order)) break;
      heap[i] = lesser;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
