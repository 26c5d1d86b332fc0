import { askAfter, claimedEntries, isTight, leastWait } from '../../../lib/limits/shared/claimant-rules.js';
import { FOREVER } from '../../../lib/limits/shared/limit-state.js';

const open = [{ hold: 0 }] as never;
const paused = [{ hold: 1000 }] as never;

describe('askAfter', () => {
  test('returns the span less the lead when the doubt is 0', () => {
    expect(askAfter(100, 10, 0, open)).toBe(90);
  });

  test('returns less the higher the doubt, but at least 30 ms', () => {
    expect(askAfter(1000, 0, 0.5, open)).toBe(500);
    expect(askAfter(1000, 0, 1, open)).toBe(30);
  });

  test('returns half of a long wait, and half of a shorter one during a pause', () => {
    expect(askAfter(4000, 0, 0, open)).toBe(2000);
    expect(askAfter(100, 0, 0, paused)).toBe(50);
  });

  test('returns the whole wait up to a second, and up to 60 ms during a pause', () => {
    expect([1000, 1001].map((span) => askAfter(span, 0, 0, open))).toEqual([1000, 500.5]);
    expect([60, 61].map((span) => askAfter(span, 0, 0, paused))).toEqual([60, 30.5]);
    expect(askAfter(1010, 10, 0, open)).toBe(1000);
  });

  test('returns at most the wait', () => {
    expect([40, 20].map((span) => askAfter(span, 0, 0.5, open))).toEqual([30, 20]);
    expect(askAfter(5, 10, 0.5, open)).toBeLessThanOrEqual(0);
  });

  test('returns a second at rate 0, since another process may raise the rate', () => {
    expect(askAfter(FOREVER / 1000, 0, 0, open)).toBe(1000);
  });
});

describe('isTight', () => {
  const tight = (capacity: number, doubt: number): boolean =>
    isTight({ costs: [4] } as never, [{ capacity }] as never, doubt);

  test('is true of a bucket that holds less than two charges, or three if callers often give up', () => {
    expect([tight(7, 0), tight(8, 0), tight(11, 0.2), tight(12, 0.2)]).toEqual([true, false, true, false]);
  });

  test('expects callers to give up above a doubt of a tenth', () => {
    expect([tight(8, 0.1), tight(8, 0.11)]).toEqual([false, true]);
  });

  test('is true if one of several buckets is so small', () => {
    const both = (...costs: number[]): boolean =>
      isTight({ costs } as never, [{ capacity: 8 }, { capacity: 3 }] as never, 0);
    expect([both(4, 1), both(4, 2), both(5, 1)]).toEqual([false, true, true]);
  });
});

test('claimedEntries counts the callers that have a claim', () => {
  expect(claimedEntries([])).toBe(0);
  expect(claimedEntries([{ unserved: 2 }, { unserved: 1 }] as never)).toBe(3);
});

describe('leastWait', () => {
  const view = (tokens: number, rate: number, pausedUntil = -Infinity) => ({
    upperBound: () => tokens,
    rate,
    pausedUntil,
  });
  const wait = (wanted: number[], views: object[], claims: object[] = []): number =>
    leastWait(wanted, claims as never, views as never, 100);

  test('is the time in which the missing tokens are refilled', () => {
    expect(wait([5], [view(2, 100)])).toBe(30);
    expect(wait([2], [view(2, 100)])).toBe(0);
    expect(wait([1], [view(2, 100)])).toBe(0);
  });

  test('counts what is left of the claims', () => {
    expect(wait([5], [view(2, 100)], [{ unused: () => 1 }, { unused: () => 0.5 }])).toBe(15);
    const unused = (key: number): number => [0, 3][key]!;
    expect(wait([5, 5], [view(5, 100), view(0, 100)], [{ unused }])).toBe(20);
  });

  test('is at least the remaining time of a pause', () => {
    expect(wait([5], [view(2, 100, 120)])).toBe(30);
    expect(wait([5], [view(2, 100, 150)])).toBe(50);
    expect(wait([1], [view(2, 100, 150)])).toBe(50);
  });

  test('is the longest of several keys', () => {
    expect(wait([5, 5], [view(2, 100), view(1, 10)])).toBe(400);
    expect(wait([5, 1], [view(2, 100), view(1, 10)])).toBe(30);
  });
});
