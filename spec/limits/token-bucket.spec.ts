import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { RateLimitTimeoutError, TokenBucket, type RateLimiter } from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { atRate, excess } from './bound';
import { NaiveBucket } from './wrong-buckets';

/** When `callers` who come at once are granted. */
async function burst(bucket: RateLimiter, clock: VirtualClock, callers: number): Promise<number[]> {
  const at: number[] = [];
  const all = Array.from({ length: callers }, async () => {
    await bucket.acquire();
    at.push(clock.now());
  });
  while (at.length < callers && (await clock.next()) >= 0);
  await Promise.all(all);
  return at;
}

describe('TokenBucket', () => {
  test('grants no burst above capacity + rate · t, unlike the naive bucket', async () => {
    const over = (at: number[]): number =>
      excess(
        atRate(
          10,
          at.map((each) => ({ at: each, tokens: 1 })),
        ),
        10,
      );
    for (const callers of [20, 200]) {
      const clock = new VirtualClock();
      const grants = await burst(new TokenBucket({ rate: 10, capacity: 10, clock }), clock, callers);
      expect(over(grants)).toBeLessThan(1e-6);
      expect(clock.now()).toBeCloseTo((callers - 10) * 100, 1);
      const naive = new VirtualClock();
      const wrong = await burst(new NaiveBucket({ rate: 10, capacity: 10, clock: naive }), naive, callers);
      expect(naive.now()).toBeCloseTo(100);
      expect(over(wrong)).toBeGreaterThan(callers - 13);
    }
  });

  test('admits 110 in ten seconds at 10 a second with a burst of 10, to any number of callers in a loop', async () => {
    for (const callers of [1, 2, 10, 100]) {
      const clock = new VirtualClock();
      const bucket = new TokenBucket({ rate: 10, capacity: 10, clock });
      let granted = 0;
      for (let i = 0; i < callers; i += 1) {
        void (async () => {
          for (;;) {
            await bucket.acquire();
            granted += 1;
          }
        })();
      }
      await clock.advance(10_000);
      expect(granted).toBeGreaterThanOrEqual(109);
      expect(granted).toBeLessThanOrEqual(110);
    }
  });

  test('refuses at once a wait longer than maxWait, and takes nothing', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    await bucket.acquire(5);
    const refused = bucket.acquire(2, { maxWait: 199 });
    await expect(refused).rejects.toThrow(RateLimitTimeoutError);
    await expect(refused).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT', wait: 200, maxWait: 199 });
    expect(bucket.available).toBe(0);
    const granted = bucket.acquire(2, { maxWait: 200 });
    await clock.advance(200);
    await expect(granted).resolves.toBeCloseTo(200);
  });

  test('has a capacity that cannot be assigned', async () => {
    const bucket = new TokenBucket({ rate: 50, capacity: 5 });
    expect(() => Object.assign(bucket, { capacity: 50 })).toThrow(TypeError);
    await expect(bucket.acquire(20)).rejects.toThrow(RangeError);
  });

  test('forWindow keeps the documented limit in every window', async () => {
    const clock = new VirtualClock();
    const bucket = TokenBucket.forWindow({ limit: 20, window: 1000, burst: 10, clock });
    expect(bucket.capacity).toBe(10);
    expect(bucket.rate).toBe(10);
    const at = await burst(bucket, clock, 100);
    for (const from of at) {
      expect(at.filter((each) => each >= from && each < from + 1000).length).toBeLessThanOrEqual(20);
    }
  });

  test('grants at once in test mode', async () => {
    const restore = setTesting();
    try {
      const bucket = new TokenBucket({ rate: 0, capacity: 3, clock: new VirtualClock() });
      await expect(bucket.acquire(2)).resolves.toBe(0);
      await expect(bucket.acquire(2)).resolves.toBe(0);
      await expect(bucket.acquire(4)).rejects.toThrow(RangeError);
      expect(bucket.tryAcquire()).toBe(true);
      bucket.settle(1, 3);
      expect(bucket.available).toBe(3);
    } finally {
      restore();
    }
  });

  test('publishes every grant with its wait, and pauses, on tenax:limiter', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
    const seen: unknown[] = [];
    const see = (message: unknown): void => void seen.push(message);
    subscribe('tenax:limiter', see);
    try {
      await bucket.acquire(2);
      const waits = bucket.acquire();
      await clock.advance(100);
      await waits;
      bucket.pauseFor(50);
    } finally {
      unsubscribe('tenax:limiter', see);
    }
    expect(seen).toEqual([
      { limiter: bucket, tokens: 2, waited: 0 },
      { limiter: bucket, tokens: 1, waited: expect.closeTo(100, 3) },
      { limiter: bucket, paused: 50 },
    ]);
  });
});
