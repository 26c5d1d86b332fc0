import fc from 'fast-check';
import { RateLimitTimeoutError, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { anyRate, anything, CAPACITY, play } from './play';
import { runs } from '../long';

const RUNS = runs(50);

const real = (rate: number) => (clock: VirtualClock) => new TokenBucket({ rate, capacity: CAPACITY, clock });

describe('A refusal', () => {
  test('changes nothing: with refused calls in between, every grant comes at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything,
        anyRate,
        fc.double({ min: 0.1, max: CAPACITY, noNaN: true }),
        async (steps, rate, n) => {
          const alone = await play(real(rate), rate, steps);
          const disturbed = await play(real(rate), rate, steps, (bucket) => {
            if (bucket.pending === 0 && bucket.rate > 0 && bucket.available >= n - 1e-6) return;
            expect(bucket.tryAcquire(n)).toBe(false);
            void bucket.acquire(n, { maxWait: 0 }).catch(() => undefined);
            void bucket.acquire(CAPACITY + 1).catch(() => undefined);
            void bucket.acquire(n, { signal: AbortSignal.abort('too late') }).catch(() => undefined);
          });
          expect(disturbed.order).toEqual(alone.order);
          expect(disturbed.grants.length).toBe(alone.grants.length);
          disturbed.grants.forEach(({ at }, i) => expect(Math.abs(at - alone.grants[i]!.at)).toBeLessThan(0.01));
        },
      ),
      RUNS,
    );
  });

  test('names the wait that the caller would have had, including queue and pause', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: CAPACITY }), { maxLength: 10 }),
        fc.integer({ min: 1, max: CAPACITY }),
        anyRate,
        fc.integer({ min: 0, max: 2000 }),
        async (queue, tokens, rate, pause) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket({ rate, capacity: CAPACITY, initial: 0, clock });
          for (const each of queue) void bucket.acquire(each);
          bucket.pauseFor(pause);
          const error: unknown = await bucket.acquire(tokens, { maxWait: 0 }).catch((refused: unknown) => refused);
          expect(error).toBeInstanceOf(RateLimitTimeoutError);
          const { wait } = error as RateLimitTimeoutError;
          await expect(bucket.acquire(tokens, { maxWait: wait - 0.01 })).rejects.toThrow(RateLimitTimeoutError);
          const granted = bucket.acquire(tokens, { maxWait: wait });
          while (bucket.pending > 0) await clock.next();
          expect(Math.abs((await granted) - wait)).toBeLessThan(0.01);
        },
      ),
      RUNS,
    );
  });

  test('is a RangeError or TypeError for a cost that can never be granted or is not a number', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: CAPACITY, clock: new VirtualClock() });
    for (const tokens of [CAPACITY + 0.001, Number.NaN, -1, Infinity]) {
      await expect(bucket.acquire(tokens)).rejects.toThrow(RangeError);
      expect(() => bucket.tryAcquire(tokens)).toThrow(RangeError);
    }
    await expect(bucket.acquire('2' as never)).rejects.toThrow(TypeError);
    expect(bucket.available).toBe(CAPACITY);
  });

  test('of a wrong option comes even if there are tokens', async () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    await expect(bucket.acquire(1, { maxWait: -1 })).rejects.toThrow(RangeError);
    await expect(bucket.acquire(1, { maxWait: Number.NaN })).rejects.toThrow('acquire: maxWait');
    await expect(bucket.acquire(1, { signal: {} as AbortSignal })).rejects.toThrow(TypeError);
    expect(bucket.available).toBe(10);
  });

  test('never affects 0 tokens, which are granted behind a queue, during a pause and at rate 0', async () => {
    const bucket = new TokenBucket({ rate: 10, initial: 0, clock: new VirtualClock() });
    bucket.acquire().catch(() => undefined);
    bucket.pauseFor(1000);
    bucket.rate = 0;
    await expect(bucket.acquire(0)).resolves.toBe(0);
    expect(bucket.tryAcquire(0)).toBe(true);
    expect(bucket.pending).toBe(1);
  });
});
