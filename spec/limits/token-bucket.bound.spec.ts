import fc from 'fast-check';
import { TokenBucket, type RateLimiter } from 'tenax';
import type { VirtualClock } from 'tenax/testing';
import { excess } from './bound';
import { anyRate, anything, arrivals, CAPACITY, play } from './play';
import { FixedWindowBucket, NaiveBucket } from './wrong-buckets';
import { runs } from '../long';

const RUNS = runs(50);

const real = (rate: number) => (clock: VirtualClock) => new TokenBucket({ rate, capacity: CAPACITY, clock });

describe('The bound', () => {
  test('holds in every window, for any arrivals, weights, cancels, re-rates and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        const { grants } = await play(real(rate), rate, steps);
        expect(excess(grants, CAPACITY)).toBeLessThan(1e-6);
      }),
      RUNS,
    );
  });

  test('also holds from an empty bucket, where only the rate is granted', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, anyRate, async (steps, rate) => {
        const empty = (clock: VirtualClock): TokenBucket =>
          new TokenBucket({ rate, capacity: CAPACITY, initial: 0, clock });
        const { grants } = await play(empty, rate, steps);
        let granted = 0;
        for (const { tokens, refilled } of grants) {
          granted += tokens;
          expect(granted).toBeLessThan(refilled + 1e-6);
        }
      }),
      RUNS,
    );
  });

  test('accounts for every caller: granted, cancelled, refused or still waiting', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        const { bucket, came, order, cancelled, refused } = await play(real(rate), rate, steps);
        expect(bucket.pending).toBe(0);
        expect([...order, ...cancelled, ...refused].sort((a, b) => a - b)).toEqual(came.map((_, caller) => caller));
      }),
      RUNS,
    );
  });

  // The property must be able to fail.
  test.each<[string, (options: { rate: number; capacity: number; clock: VirtualClock }) => RateLimiter]>([
    ['naive bucket', (options) => new NaiveBucket(options)],
    ['fixed-window bucket', (options) => new FixedWindowBucket(options)],
  ])(
    'is broken by the %s',
    async (_, make) => {
      const found = await fc.check(
        fc.asyncProperty(arrivals, anyRate, async (steps, rate) => {
          const { grants } = await play((clock) => make({ rate, capacity: CAPACITY, clock }), rate, steps);
          expect(excess(grants, CAPACITY)).toBeLessThan(1e-6);
        }),
        { numRuns: 1000, endOnFailure: true },
      );
      expect(found.failed).toBe(true);
    },
    60_000,
  );
});
