import { bucketForWindow, withDefaults } from '../../lib/limits/bucket-options.js';

describe('withDefaults', () => {
  test.each([
    [0.5, 1],
    [10, 10],
  ])('gives a rate of %d a capacity of %d, and as many tokens at the start', (rate, capacity) => {
    expect(withDefaults({ rate })).toMatchObject({ capacity, initial: capacity, adaptive: false, unit: 'requests' });
  });

  test.each<[object, string]>([
    [{ rate: -1 }, 'rate'],
    [{ rate: 1, capacity: 0 }, 'capacity'],
    [{ rate: 1, capacity: 2, initial: 3 }, 'initial'],
    [{ rate: 1, adaptive: 1 }, 'adaptive'],
    [{ rate: 1, burst: 1 }, 'burst'],
  ])('refuses %j and names %s', (options, option) => {
    expect(() => withDefaults(options as never)).toThrow(option);
  });
});

describe('bucketForWindow', () => {
  test('keeps the limit: capacity + rate · window is the limit', () => {
    for (const burst of [1, 30, 99]) {
      const { rate, capacity } = bucketForWindow({ limit: 100, window: 60_000, burst });
      expect((capacity as number) + (rate * 60_000) / 1000).toBeCloseTo(100);
    }
  });

  test('passes the other options on', () => {
    expect(bucketForWindow({ limit: 10, window: 1000, unit: 'tokens', initial: 0 })).toMatchObject({
      unit: 'tokens',
      initial: 0,
    });
  });

  test.each([
    [10, 'new SlidingWindow({ limit: 10, window: 1000 })'],
    [1, 'a bucket with rate 1 and capacity 1'],
  ])('refuses a burst of the whole limit %d and names an alternative', (limit, instead) => {
    expect(() => bucketForWindow({ limit, window: 1000, burst: limit })).toThrow(instead);
  });
});

test.each([
  [Symbol('rate'), 'Symbol(rate)'],
  [5n, '5n'],
  [Object.create(null), 'an object'],
])('a rate that is no number, %p, is refused by its name before the capacity is derived from it', (rate, shown) => {
  expect(() => withDefaults({ rate: rate as never })).toThrow(
    new TypeError(`TokenBucket: rate takes a finite number ≥ 0, got ${shown}`),
  );
});
