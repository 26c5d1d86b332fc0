import fc from 'fast-check';
import { EventQueue } from '../../lib/simulation/event-queue';

/** Takes everything out. */
function emptied(queue: EventQueue<unknown>): unknown[] {
  const taken: unknown[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) taken.push([next.at, next.what]);
  return taken;
}

describe('EventQueue', () => {
  test('is empty at first', () => {
    expect(new EventQueue().next()).toBeUndefined();
  });

  test.each([
    ['in order', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['backwards', [8, 7, 6, 5, 4, 3, 2, 1]],
    ['mixed', [5, 2, 8, 1, 9, 3, 7, 4, 6]],
    ['alone', [1]],
    ['in twos', [2, 1]],
  ])('gives out by time what came in %s', (_what, times) => {
    const queue = new EventQueue<string>();
    for (const at of times) queue.add(at, `at ${at}`);
    expect(emptied(queue)).toEqual([...times].sort((a, b) => a - b).map((at) => [at, `at ${at}`]));
  });

  test('returns events of one moment in the order in which they were added', () => {
    const queue = new EventQueue<number>();
    for (let i = 0; i < 40; i += 1) queue.add(i % 4, i);
    const order = [0, 1, 2, 3].flatMap((at) => Array.from({ length: 10 }, (_, i) => [at, 4 * i + at]));
    expect(emptied(queue)).toEqual(order);
  });

  test('takes more in while it gives out', () => {
    const queue = new EventQueue<string>();
    queue.add(10, 'late');
    queue.add(1, 'first');
    expect(queue.next()?.what).toBe('first');
    queue.add(5, 'between');
    queue.add(10, 'last');
    expect(emptied(queue)).toEqual([
      [5, 'between'],
      [10, 'late'],
      [10, 'last'],
    ]);
    queue.add(0, 'again');
    expect(emptied(queue)).toEqual([[0, 'again']]);
  });

  test('is a stable sort', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 100 }), (times) => {
        const queue = new EventQueue<number>();
        times.forEach((at, i) => {
          queue.add(at, i);
        });
        expect(emptied(queue)).toEqual(
          times.map((at, i) => [at, i]).sort((a, b) => (a[0] as number) - (b[0] as number)),
        );
      }),
    );
  });
});
