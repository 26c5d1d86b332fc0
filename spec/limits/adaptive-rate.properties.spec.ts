import fc from 'fast-check';
import { TokenBucket, type RateFeedback } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { anyRate } from './play';
import { runs } from '../long';

const RUNS = runs(50);

const feedback: fc.Arbitrary<RateFeedback> = fc.oneof(
  fc.constantFrom<RateFeedback>({ status: 429 }, { status: 200 }, { status: 500 }, { status: 404 }, {}),
  fc.constantFrom<RateFeedback>({ throttled: true }, { throttled: false }, { status: 503, throttled: true }),
);

describe('An adaptive rate', () => {
  test('stays between 1 % and 100 % of the configured rate, with at most one cut per second', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRate,
        fc.array(fc.record({ ms: fc.integer({ min: 0, max: 3000 }), feedback }), {
          minLength: 1,
          maxLength: 60,
          size: 'max',
        }),
        async (rate, answers) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket({ rate, adaptive: true, clock });
          let cutAt = -Infinity;
          for (const { ms, feedback: answer } of answers) {
            await clock.advance(ms);
            const before = bucket.rate;
            bucket.report(answer);
            if (bucket.rate < before) {
              expect(answer.throttled ?? answer.status === 429).toBe(true);
              expect(clock.now() - cutAt).toBeGreaterThanOrEqual(1000);
              cutAt = clock.now();
            }
            expect(bucket.rate).toBeGreaterThanOrEqual(rate * 0.01 - 1e-12);
            expect(bucket.rate).toBeLessThanOrEqual(rate);
            // A second of successes regains a twentieth.
            expect(bucket.rate - before).toBeLessThanOrEqual(rate * 0.05 + 1e-9);
          }
        },
      ),
      RUNS,
    );
  });

  test('returns to the configured rate after enough successes, but not through failures or silence', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 100, adaptive: true, clock });
    bucket.report({ status: 429 });
    expect(bucket.rate).toBeCloseTo(70);
    await clock.advance(60_000);
    bucket.report({ status: 500 });
    expect(bucket.rate).toBeCloseTo(70);
    for (let i = 0; i < 100; i += 1) {
      await clock.advance(50);
      bucket.report({ status: 200 });
    }
    expect(bucket.rate).toBeGreaterThan(90);
    for (let i = 0; i < 3; i += 1) {
      await clock.advance(1000);
      bucket.report({ status: 200 });
    }
    expect(bucket.rate).toBe(100);
  });

  test('delays waiters when it is cut, and restarts from an assigned rate', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 1, initial: 0, adaptive: true, clock });
    const granted = bucket.acquire();
    bucket.report({ status: 429 });
    await clock.advance(101);
    expect(bucket.pending).toBe(1);
    await clock.advance(42);
    await expect(granted).resolves.toBeCloseTo(1000 / 7, 1);
    bucket.rate = 50;
    expect(bucket.rate).toBe(50);
  });

  test('is off by default', () => {
    const bucket = new TokenBucket({ rate: 100, clock: new VirtualClock() });
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(100);
  });
});
