import { holds, refill, timeUntil } from '../../lib/limits/level';

describe('The level', () => {
  test('ignores a shortage below the rounding error, but not a larger one', () => {
    const level = { tokens: 0, last: 0 };
    expect([holds(level, 1e-9), timeUntil(level, 1e-9, 0, 1)]).toEqual([true, 0]);
    expect([holds(level, 3e-9), timeUntil(level, 3e-9, 0, 1)]).toEqual([false, 3e-9]);
  });

  test('timeUntil is 0 for tokens that are there, also during a pause', () => {
    expect(timeUntil({ tokens: 5, last: 1000 }, 1, 0, 1)).toBe(0);
    expect(timeUntil({ tokens: 5, last: 1000 }, 6, 0, 1)).toBe(1001);
  });

  test('counts no time when the clock was set back', () => {
    const level = { tokens: 1, last: 100 };
    refill(level, 50, 1, 10);
    expect(level).toEqual({ tokens: 1, last: 100 });
    refill(level, 103, 1, 10);
    expect(level).toEqual({ tokens: 4, last: 103 });
    refill(level, 1000, 1, 10);
    expect(level).toEqual({ tokens: 10, last: 1000 });
  });

  test('is unchanged if no time has passed, even above the capacity', () => {
    const level = Object.freeze({ tokens: 12, last: 100 });
    refill(level, 100, 1, 10);
    expect(level.tokens).toBe(12);
  });
});
