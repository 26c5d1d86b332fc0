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

  test('know few waiters that have left, however late their deadline', () => {
    const queue = new WaiterQueue();
    const deadlines = new Deadlines();
    const early = waiter(queue, 1);
    deadlines.add(early, 1);
    let asked = 0;
    for (let i = 0; i < 1000; i += 1) {
      const one = waiter(queue, 5000 - i);
      one.reject('gone');
      Object.defineProperty(one, 'waits', { get: () => ((asked += 1), false) });
      deadlines.add(one, queue.size);
    }
    asked = 0;
    early.reject('gone');
    expect([deadlines.first, asked < 100]).toEqual([undefined, true]);
  });

  test('stay in order when waiters that have left are removed', () => {
    const queue = new WaiterQueue();
    const deadlines = new Deadlines();
    const stay: number[] = [];
    for (let i = 0; i < 400; i += 1) {
      const deadline = (i * 7919) % 1009;
      const one = waiter(queue, deadline);
      deadlines.add(one, 1);
      if (i % 3 > 0) one.reject('gone');
      else stay.push(deadline);
    }
    const left: number[] = [];
    for (let { first } = deadlines; first !== undefined; { first } = deadlines) {
      left.push(first.deadline);
      first.reject('time is up');
    }
    expect(left).toEqual(stay.sort((one, other) => one - other));
  });

  test.each([
    [15, { wait: 10, maxWait: 10 }],
    [40, { wait: 35, maxWait: 10 }],
  ])('rejectOverdue at %d says how long a waiter had waited', (now, expected) => {
    const errors: unknown[] = [];
    const queue = new WaiterQueue();
    const deadlines = new Deadlines();
    const reject = (error: unknown): void => void errors.push(error);
    for (const deadline of [15, 41]) {
      const one = new Waiter(
        { tokens: 1, since: 5, signal: undefined, deadline, resolve: () => undefined, reject },
        () => undefined,
      );
      queue.push(one);
      deadlines.add(one, queue.size);
    }
    deadlines.rejectOverdue(now);
    expect(errors).toMatchObject([expected]);
  });
});
