import fc from 'fast-check';
import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { anyRate, anything, CAPACITY, play } from './play';
import { runs } from '../long';

const RUNS = runs(50);

describe('A new rate', () => {
  test('keeps exactly what the old rate has refilled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ rate: anyRate, ms: fc.integer({ min: 0, max: 1000 }) }), { minLength: 1, maxLength: 10 }),
        async (spans) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket({ rate: 0, capacity: 1e6, initial: 0, clock });
          let given = 0;
          for (const { rate, ms } of spans) {
            bucket.rate = rate;
            expect(bucket.rate).toBe(rate);
            await clock.advance(ms);
            given += (rate * ms) / 1000;
          }
          bucket.rate = 0;
          await clock.advance(1000);
          expect(bucket.available).toBeCloseTo(given, 6);
        },
      ),
      RUNS,
    );
  });

  test('applies to all waiters, whether faster or slower', async () => {
    await fc.assert(
      fc.asyncProperty(anyRate, anyRate, fc.integer({ min: 1, max: 99 }), async (from, to, percent) => {
        const clock = new VirtualClock();
        const bucket = new TokenBucket({ rate: from, capacity: CAPACITY, initial: 0, clock });
        const granted = bucket.acquire(CAPACITY);
        const first = (CAPACITY / from) * 1000 * (percent / 100);
        await clock.advance(first);
        bucket.rate = to;
        while (bucket.pending > 0) await clock.next();
        const rest = (CAPACITY * (1 - percent / 100) * 1000) / to;
        expect(Math.abs((await granted) - first - rest)).toBeLessThan(0.01);
      }),
      RUNS,
    );
  });

  test('of 0 grants nothing, even if there are tokens, and sets no timer', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, clock });
    bucket.rate = 0;
    expect(bucket.tryAcquire()).toBe(false);
    const granted = bucket.acquire();
    await expect(bucket.acquire(1, { maxWait: 1e9 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    bucket.rate = 1;
    await expect(granted).resolves.toBe(5000);
  });

  test('that is not a number of tokens throws and changes nothing', () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    for (const rate of [-1, Number.NaN, Infinity]) expect(() => (bucket.rate = rate)).toThrow(RangeError);
    expect(() => (bucket.rate = '5' as never)).toThrow(TypeError);
    expect(bucket.rate).toBe(10);
  });
});

describe('A pause', () => {
  test('admits no caller until its end; of several pauses the latest end counts', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        const pauses: { from: number; until: number }[] = [];
        const make = (clock: VirtualClock): TokenBucket => new TokenBucket({ rate, capacity: CAPACITY, clock });
        const { grants } = await play(make, rate, steps, (bucket, clock, step) => {
          if (step?.act === 'pause') pauses.push({ from: clock.now(), until: clock.now() + step.ms });
        });
        // Before the pause began in that very moment, grants are in order.
        for (const { from, until } of pauses) {
          for (const { at } of grants) expect(at > from && at < until - 1e-6).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test('refills nothing: afterwards waiters continue as if there had been no pause', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRate,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 99 }),
        async (rate, ms, percent) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket({ rate, capacity: CAPACITY, initial: 0, clock });
          const waits = [1, 1, 1].map((tokens) => bucket.acquire(tokens));
          const before = (percent / 100 / rate) * 1000;
          await clock.advance(before);
          bucket.pauseFor(ms);
          bucket.pauseFor(ms / 2);
          expect(bucket.tryAcquire()).toBe(false);
          while (bucket.pending > 0) await clock.next();
          const waited = await Promise.all(waits);
          waited.forEach((each, i) => expect(Math.abs(each - ms - ((i + 1) / rate) * 1000)).toBeLessThan(0.01));
        },
      ),
      RUNS,
    );
  });

  test('of a full bucket grants one bucket at its end, without a refill for the pause', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 3, clock });
    bucket.pauseFor(60_000);
    let granted = 0;
    for (let i = 0; i < 10; i += 1) void bucket.acquire().then(() => (granted += 1));
    await clock.advance(60_000);
    expect(granted).toBe(3);
    await clock.advance(100);
    expect(granted).toBe(4);
  });

  test('without an end sets no timer and lasts until a caller’s signal aborts', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, clock });
    bucket.pauseFor(Infinity);
    const controller = new AbortController();
    const wait = bucket.acquire(1, { signal: controller.signal });
    expect(clock.pending).toBe(0);
    await clock.advance(1e9);
    expect(bucket.pending).toBe(1);
    controller.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
  });

  test('accepts a duration', () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    expect(() => bucket.pauseFor(-1)).toThrow(RangeError);
    expect(() => bucket.pauseFor('1' as never)).toThrow('pauseFor');
  });
});
