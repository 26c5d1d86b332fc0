import { holds, refill, timeUntil } from '../../lib/limits/level';

describe('The level', () => {
  test('has what is missing by less than a rounding error, and not what is missing by more', () => {
    const level = { tokens: 0, last: 0 };
    expect([holds(level, 1e-9), timeUntil(level, 1e-9, 0, 1)]).toEqual([true, 0]);
    expect([holds(level, 3e-9), timeUntil(level, 3e-9, 0, 1)]).toEqual([false, 3e-9]);
  });

  test('has at once what is there, during a pause too', () => {
    expect(timeUntil({ tokens: 5, last: 1000 }, 1, 0, 1)).toBe(0);
    expect(timeUntil({ tokens: 5, last: 1000 }, 6, 0, 1)).toBe(1001);
  });

  test('takes a clock that was set back as no time', () => {
    const level = { tokens: 1, last: 100 };
    refill(level, 50, 1, 10);
    expect(level).toEqual({ tokens: 1, last: 100 });
    refill(level, 103, 1, 10);
    expect(level).toEqual({ tokens: 4, last: 103 });
    refill(level, 1000, 1, 10);
    expect(level).toEqual({ tokens: 10, last: 1000 });
  });

  test('is not touched where no time has passed, though there be more than would fit', () => {
    const level = Object.freeze({ tokens: 12, last: 100 });
    refill(level, 100, 1, 10);
    expect(level.tokens).toBe(12);
  });
});
