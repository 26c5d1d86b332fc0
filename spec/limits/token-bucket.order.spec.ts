import fc from 'fast-check';
import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { ideal } from './ideal';
import { anyRate, anything, arrivals, CAPACITY, play, type Step } from './play';
import { PollingBucket } from './wrong-buckets';
import { runs } from '../long';

const RUNS = runs(50);

const real = (rate: number) => (clock: VirtualClock) => new TokenBucket({ rate, capacity: CAPACITY, clock });

const weights = (steps: readonly Step[]): (Step & { act: 'acquire' })[] =>
  steps.filter((step) => step.act === 'acquire');

describe('The queue', () => {
  test('is served in order of arrival, whatever happens meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        const { order } = await play(real(rate), rate, steps);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
      RUNS,
    );
  });

  test('is overtaken by no tryAcquire, however small', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        await play(real(rate), rate, steps, (bucket) => {
          if (bucket.pending > 0) expect(bucket.tryAcquire(1e-3)).toBe(false);
        });
      }),
      RUNS,
    );
  });

  test('grants each caller at the moment an ideal bucket would: never early, never idle', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, anyRate, async (steps, rate) => {
        const { grants, came } = await play(real(rate), rate, steps);
        const callers = weights(steps).map(({ tokens }, caller) => ({ came: came[caller]!, tokens }));
        const due = ideal(callers, rate, CAPACITY);
        expect(grants).toHaveLength(callers.length);
        grants.forEach(({ at }, caller) => expect(Math.abs(at - due[caller]!)).toBeLessThan(0.01));
      }),
      RUNS,
    );
  });

  test('grants the next waiter at once when one gives up, as the ideal bucket does', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything.map((steps) => steps.filter(({ act }) => act === 'wait' || act === 'acquire')),
        anyRate,
        async (steps, rate) => {
          const plain = steps.map((step) => (step.act === 'acquire' ? { ...step, maxWait: undefined } : step));
          const { grants, came, order } = await play(real(rate), rate, plain as Step[]);
          const due = ideal(
            weights(steps).map(({ tokens, cancelAfter }, caller) => ({
              came: came[caller]!,
              tokens,
              cancelledAt: cancelAfter === undefined ? undefined : came[caller]! + cancelAfter,
            })),
            rate,
            CAPACITY,
          );
          expect(order).toEqual(due.flatMap((at, caller) => (at === undefined ? [] : [caller])));
          grants.forEach(({ at }, i) => expect(Math.abs(at - due[order[i]!]!)).toBeLessThan(0.01));
        },
      ),
      RUNS,
    );
  });

  /** A large weight in the middle of a stream of small ones that takes all there is. */
  const saturated = (weight: number, rate: number): Step[] => {
    const small: Step = { act: 'acquire', tokens: 1 };
    const stream = Array.from({ length: 10 }, (): Step[] => [small, { act: 'wait', ms: 500 / rate }]).flat();
    const full = Array.from({ length: CAPACITY }, () => small);
    return [...full, ...stream, { act: 'acquire', tokens: weight }, ...stream];
  };
  /** What came before it. */
  const BEFORE = CAPACITY + 10;

  test('serves a large weight under a saturating stream of small ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: CAPACITY }), anyRate, async (weight, rate) => {
        const { order, grants } = await play(real(rate), rate, saturated(weight, rate));
        expect(order[BEFORE]).toBe(BEFORE);
        expect(grants[BEFORE]!.tokens).toBe(weight);
      }),
      RUNS,
    );
  });

  // The properties must be able to fail.
  test('is overtaken in a bucket that polls, which starves a large weight', async () => {
    const rate = 10;
    const polling = (clock: VirtualClock): PollingBucket => new PollingBucket({ rate, capacity: CAPACITY, clock });
    const { order } = await play(polling, rate, saturated(CAPACITY, rate));
    expect(order.at(-1)).toBe(BEFORE);
    const found = await fc.check(
      fc.asyncProperty(arrivals, async (steps) => {
        const played = await play(polling, rate, steps);
        expect(played.order).toEqual([...played.order].sort((a, b) => a - b));
      }),
      { numRuns: 1000, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });

  test('finishes K unit requests at (K − C) / rate, with one timer and many grants per wake', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        anyRate,
        fc.integer({ min: 1, max: 50 }),
        async (k, rate, lag) => {
          // A clock whose timers are late: what a wake missed, it makes up for, up to the capacity.
          const late = (clock: VirtualClock): TokenBucket =>
            new TokenBucket({
              rate,
              capacity: 500,
              initial: CAPACITY,
              clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms + lag, signal) },
            });
          const { grants } = await play(
            late,
            rate,
            Array.from({ length: k }, (): Step => ({ act: 'acquire', tokens: 1 })),
          );
          const due = Math.max(0, ((k - CAPACITY) / rate) * 1000);
          expect(grants.at(-1)!.at).toBeGreaterThanOrEqual(due - 0.001);
          expect(grants.at(-1)!.at).toBeLessThanOrEqual(due === 0 ? 0 : due + lag + 0.01);
        },
      ),
      RUNS,
    );
  });
});
