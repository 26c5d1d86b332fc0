import { SlidingCount } from '../../lib/limits/sliding-count';

/** Ten seconds, in slots of 100 ms. */
const WINDOW = 10_000;

describe('SlidingCount', () => {
  test('counts what happened less than a window ago', () => {
    const count = new SlidingCount(WINDOW, 'first');
    expect(count.at(0)).toBe(0);
    count.add(500);
    count.add(3000);
    count.add(3000);
    expect(count.at(3000)).toBe(3);
    expect(count.at(10_499)).toBe(3);
    expect(count.at(10_500)).toBe(2);
    expect(count.at(12_999)).toBe(2);
    expect(count.at(13_000)).toBe(0);
    expect(count.at(20_000)).toBe(0);
  });

  test.each([
    ['first', 10_499, 10_500],
    ['last', 10_598, 10_599],
  ] as const)('lets those within a hundredth of the window go with the %s of them', (leavesWith, there, gone) => {
    const count = new SlidingCount(WINDOW, leavesWith);
    for (const at of [500, 550, 599]) count.add(at);
    expect(count.at(there)).toBe(3);
    expect(count.at(gone)).toBe(0);
  });

  test.each(['first', 'last'] as const)(
    'lets one that came a hundredth of the window later go by itself (%s)',
    (leavesWith) => {
      const count = new SlidingCount(WINDOW, leavesWith);
      count.add(500);
      count.add(600);
      expect(count.at(10_499)).toBe(2);
      expect(count.at(10_500)).toBe(1);
      expect(count.at(10_599)).toBe(1);
      expect(count.at(10_600)).toBe(0);
    },
  );

  test('counts in the latest slot when the clock is set back', () => {
    const count = new SlidingCount(WINDOW, 'last');
    count.add(5000);
    count.add(5050);
    count.add(1000);
    expect(count.at(15_049)).toBe(3);
    expect(count.at(15_050)).toBe(0);
  });

  test('drops old events when new ones come, so that it stays small', () => {
    const count = new SlidingCount(WINDOW, 'last');
    count.add(0);
    count.add(WINDOW);
    // What was forgotten does not come back, though the clock be set back.
    expect(count.at(0)).toBe(1);
  });
});
