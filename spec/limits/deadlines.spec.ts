import fc from 'fast-check';
import { Deadlines } from '../../lib/limits/deadlines';
import { Waiter, WaiterQueue } from '../../lib/limits/queue';

describe('Deadlines', () => {
  const waiter = (queue: WaiterQueue, deadline?: number): Waiter => {
    const request = {
      tokens: 1,
      since: 0,
      signal: undefined,
      deadline,
      resolve: () => undefined,
      reject: () => undefined,
    };
    const one = new Waiter(request, () => undefined);
    queue.push(one);
    return one;
  };

  test('first is the waiter with the earliest deadline that still waits', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ deadline: fc.nat(50), leaves: fc.boolean() })), (all) => {
        const queue = new WaiterQueue();
        const deadlines = new Deadlines();
        const waiters = all.map(({ deadline }) => waiter(queue, deadline));
        for (const each of waiters) deadlines.add(each, queue.size);
        waiters.forEach((each, i) => {
          if (all[i]!.leaves) each.reject('gone');
        });
        const left: number[] = [];
        for (let { first } = deadlines; first !== undefined; { first } = deadlines) {
          left.push(first.deadline);
          first.reject('time is up');
        }
        const stay = all.filter(({ leaves }) => !leaves).map(({ deadline }) => deadline);
        expect(left).toEqual(stay.sort((one, other) => one - other));
      }),
    );
  });

  test('ignore waiters without a deadline', () => {
    const deadlines = new Deadlines();
    deadlines.add(waiter(new WaiterQueue()), 1);
    expect(deadlines.first).toBeUndefined();
  });

  test('drop waiters that have left, however late their deadline', () => {
    const queue = new WaiterQueue();
    const deadlines = new Deadlines();
    deadlines.add(waiter(queue, 1), 1);
    let asked = 0;
    for (let i = 0; i < 1000; i += 1) {
      const one = waiter(queue, 1000 - i);
      one.reject('gone');
      Object.defineProperty(one, 'waits', { get: () => ((asked += 1), false) });
      deadlines.add(one, queue.size);
    }
    // Those that are still known are asked once more.
    asked = 0;
    for (let i = 0; i < 70; i += 1) deadlines.add(waiter(queue, 2), 1);
    expect(asked).toBeLessThan(100);
    expect(deadlines.first?.deadline).toBe(1);
  });
});
