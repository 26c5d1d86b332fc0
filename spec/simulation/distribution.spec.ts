import { distributionOf } from '../../lib/simulation/distribution';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => n - i);

describe('A distribution', () => {
  test.each([
    [[7], { min: 7, p50: 7, p95: 7, max: 7 }],
    [[2, 1], { min: 1, p50: 1, p95: 2, max: 2 }],
    [[3, 1, 2], { min: 1, p50: 2, p95: 3, max: 3 }],
    [upTo(10), { min: 1, p50: 5, p95: 10, max: 10 }],
    [upTo(100), { min: 1, p50: 50, p95: 95, max: 100 }],
    [upTo(101), { min: 1, p50: 51, p95: 96, max: 101 }],
    [[Infinity, 10, 9], { min: 9, p50: 10, p95: Infinity, max: Infinity }],
  ])('of %p is %p: each percentile is a value that occurred', (values, distribution) => {
    expect(distributionOf(values)).toEqual(distribution);
  });

  test('leaves the values in their order', () => {
    const values = [3, 1, 2];
    distributionOf(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
