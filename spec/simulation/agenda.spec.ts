import fc from 'fast-check';
import { Agenda } from '../../lib/simulation/agenda';

/** Takes everything out. */
function emptied(agenda: Agenda<unknown>): unknown[] {
  const taken: unknown[] = [];
  for (let next = agenda.next(); next !== undefined; next = agenda.next()) taken.push([next.at, next.what]);
  return taken;
}

describe('An agenda', () => {
  test('is empty at first', () => {
    expect(new Agenda().next()).toBeUndefined();
  });

  test.each([
    ['in order', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['backwards', [8, 7, 6, 5, 4, 3, 2, 1]],
    ['mixed', [5, 2, 8, 1, 9, 3, 7, 4, 6]],
    ['alone', [1]],
    ['in twos', [2, 1]],
  ])('gives out by time what came in %s', (_what, times) => {
    const agenda = new Agenda<string>();
    for (const at of times) agenda.add(at, `at ${at}`);
    expect(emptied(agenda)).toEqual([...times].sort((a, b) => a - b).map((at) => [at, `at ${at}`]));
  });

  test('gives out what is due at one moment in the order in which it came', () => {
    const agenda = new Agenda<number>();
    for (let i = 0; i < 40; i += 1) agenda.add(i % 4, i);
    const order = [0, 1, 2, 3].flatMap((at) => Array.from({ length: 10 }, (_, i) => [at, 4 * i + at]));
    expect(emptied(agenda)).toEqual(order);
  });

  test('takes more in while it gives out', () => {
    const agenda = new Agenda<string>();
    agenda.add(10, 'late');
    agenda.add(1, 'first');
    expect(agenda.next()?.what).toBe('first');
    agenda.add(5, 'between');
    agenda.add(10, 'last');
    expect(emptied(agenda)).toEqual([
      [5, 'between'],
      [10, 'late'],
      [10, 'last'],
    ]);
    agenda.add(0, 'again');
    expect(emptied(agenda)).toEqual([[0, 'again']]);
  });

  test('is a stable sort', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 100 }), (times) => {
        const agenda = new Agenda<number>();
        times.forEach((at, i) => {
          agenda.add(at, i);
        });
        expect(emptied(agenda)).toEqual(
          times.map((at, i) => [at, i]).sort((a, b) => (a[0] as number) - (b[0] as number)),
        );
      }),
    );
  });
});
