import { FOREVER, ROUNDING } from '../../../lib/limits/shared/limit-state';

describe('the constants of a state', () => {
  const since1970 = 1.79e15;

  test('FOREVER from now on is a moment that JSON keeps exactly, to the microsecond', () => {
    const end = since1970 + 1 + FOREVER;
    expect(Number.isSafeInteger(end)).toBe(true);
    expect(JSON.parse(JSON.stringify(end)) - FOREVER).toBe(since1970 + 1);
    // More than thirty years.
    expect(FOREVER / 1e6 / 86_400 / 365).toBeGreaterThan(30);
  });

  test('ROUNDING is above the error of sums of tokens, and below what anybody charges', () => {
    const sum = Array.from({ length: 10_000 }, () => 0.1).reduce((a, b) => a + b, 0);
    expect(sum).not.toBe(1000);
    expect(Math.abs(sum - 1000)).toBeLessThan(ROUNDING);
    expect(ROUNDING).toBeLessThan(1e-6);
  });
});
