import { Waiter, WaiterQueue } from '../../lib/limits/queue';
import { Lease, leaseSize } from '../../lib/redis/lease';

interface Want {
  readonly tokens: number;
  readonly deadline?: number;
}

function headOf(wants: readonly Want[]): Waiter {
  const queue = new WaiterQueue();
  for (const { tokens, deadline } of wants) {
    const wish = { tokens, since: 0, deadline, signal: undefined, resolve: () => undefined, reject: undefined };
    queue.push(new Waiter(wish, () => undefined));
  }
  return queue.head as Waiter;
}

const ones = (count: number): Want[] => Array.from({ length: count }, () => ({ tokens: 1 }));

describe('how much is reserved at once', () => {
  test.each<[string, readonly Want[], number, number, number]>([
    ['what one alone wants', ones(1), 100, 10, 1],
    ['what all want together', ones(4), 100, 10, 4],
    ['at most half the capacity', ones(20), 1000, 10, 5],
    ['at most 100 ms of the rate', ones(20), 30, 1000, 3],
    ['the whole weight of the head, whatever it is', [{ tokens: 9 }, ...ones(3)], 100, 10, 9],
    ['none behind one that does not fit', [{ tokens: 2 }, { tokens: 4 }, { tokens: 1 }], 100, 10, 2],
    ['nobody along with a head that may be refused', [{ tokens: 1, deadline: 5 }, ...ones(3)], 100, 10, 1],
    ['nobody who may be refused, and nobody behind', [...ones(2), { tokens: 1, deadline: 5 }, ...ones(1)], 100, 10, 2],
  ])('is %s', (_what, wants, rate, capacity, size) => {
    expect(leaseSize(headOf(wants), rate, capacity)).toBe(size);
  });
});

describe('a lease', () => {
  test('has its tokens come in one after another at the rate, the last at its end', () => {
    const lease = new Lease(3, 1000, 0.1, 1);
    expect([1, 2, 3].map((tokens) => lease.dueTime(tokens))).toEqual([980, 990, 1000]);
    lease.take(2);
    expect(lease.dueTime(1)).toBe(1000);
  });

  test('covers what is left of it, and gives the rest back with its turn', () => {
    const lease = new Lease(3, 1000, 0.1, 7);
    expect(lease.rest).toEqual({ tokens: 3, turn: 7 });
    lease.take(2);
    expect([lease.unused, lease.covers(1), lease.covers(2)]).toEqual([1, true, false]);
    expect(lease.rest).toEqual({ tokens: 1, turn: 7 });
    lease.take(1);
    expect(lease.rest).toBeUndefined();
  });
});
