/** What sources break off with. */
export const broken = new Error('broken');

export const END = { done: true, value: undefined } as const;

/** All items of a stream. */
export async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function* three(): AsyncGenerator<number> {
  yield 1;
  yield 2;
  yield 3;
}

/** A source that gives items from `from` on, and breaks off before the items that `breaks` names, once each. */
export function breakingSource(to: number, breaks: number[]) {
  const opened: number[] = [];
  const left = [...breaks];
  async function* numbers(from = 1): AsyncGenerator<number> {
    opened.push(from);
    for (let n = from; n <= to; n += 1) {
      if (left[0] === n) {
        left.shift();
        throw broken;
      }
      yield n;
    }
  }
  return { numbers, opened };
}

/** A source of numbers that are there at once, and what was done to it. */
export function endlessSource() {
  const done = { reads: 0, closes: 0 };
  const items: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: (done.reads += 1) }),
      return: async () => {
        done.closes += 1;
        return END;
      },
    }),
  };
  return { items, done };
}
