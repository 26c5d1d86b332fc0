import { RateLimitTimeoutError } from 'tenax/redis';
import { setTesting } from 'tenax/testing';
import { advance, fate, Setting } from './setting';

describe('acquire of a Claimant', () => {
  const setting = new Setting();

  test('sends no command for 0 tokens or in test mode', async () => {
    const bucket = await setting.emptyBucket();
    await expect(bucket.acquire(0)).resolves.toBe(0);
    await expect(bucket.tryAcquire(0)).resolves.toBe(true);
    const restore = setTesting({ attempts: 1 });
    await expect(bucket.acquire(5)).resolves.toBe(0);
    await expect(bucket.tryAcquire(5)).resolves.toBe(true);
    restore();
    expect(setting.store.calls).toBe(1);
  });

  test.each([
    [11, undefined, 'acquire: tokens takes at most the capacity (10), got 11'],
    [1, { maxWait: -1 }, 'acquire: maxWait takes a duration in milliseconds (a number ≥ 0), got -1'],
    [1, { signal: {} }, 'acquire: signal takes an AbortSignal, got an object'],
  ])('of %p with %p is refused: %s', async (tokens, options, message) => {
    await expect(setting.bucketOf().acquire(tokens, options as never)).rejects.toThrow(message);
  });

  test('rejects at once if the wait for the queue and the claims is known to exceed maxWait', async () => {
    const bucket = await setting.emptyBucket();
    for (let i = 0; i < 3; i += 1) void bucket.acquire();
    await advance(0);
    const { calls } = setting.store;
    const refused = await fate(bucket.acquire(2, { maxWait: 49 }));
    expect(refused).toMatchObject({ wait: expect.closeTo(50, 6), maxWait: 49 });
    await advance(5);
    expect(await fate(bucket.acquire(2, { maxWait: 44 }))).toMatchObject({ wait: expect.closeTo(45, 6) });
    expect(setting.store.calls).toBe(calls);
    const granted = fate(bucket.acquire(2, { maxWait: 45 }));
    await advance(46);
    expect(await granted).toBe('granted');
  });

  test('counts the tokens in the bucket, up to its capacity', async () => {
    const bucket = await setting.emptyBucket();
    await advance(30);
    expect(bucket.available).toBeCloseTo(3);
    expect(await fate(bucket.acquire(5, { maxWait: 19 }))).toMatchObject({ wait: expect.closeTo(20, 6) });
    await advance(1000);
    expect(bucket.available).toBe(10);
  });

  test('counts queued callers without a claim', async () => {
    const bucket = await setting.emptyBucket();
    for (let i = 0; i < 8; i += 1) void bucket.acquire();
    await advance(0);
    expect(await fate(bucket.acquire(1, { maxWait: 89 }))).toMatchObject({ wait: expect.closeTo(90, 6) });
  });

  test('counts no refill before the end of another process’s pause', async () => {
    const bucket = await setting.emptyBucket();
    setting.bucketOf().pauseFor(100);
    const granted = bucket.acquire();
    await advance(111);
    await expect(granted).resolves.toBeCloseTo(110);
    await advance(19);
    expect(bucket.available).toBeCloseTo(2);
  });

  test('counts the remaining time of a pause', async () => {
    const bucket = setting.bucketOf();
    bucket.pauseFor(100);
    await advance(10);
    expect(await fate(bucket.acquire(1, { maxWait: 89 }))).toMatchObject({ wait: 90, maxWait: 89 });
    const granted = fate(bucket.acquire(1, { maxWait: 90 }));
    await advance(91);
    expect(await granted).toBe('granted');
  });

  test('rejects at rate 0 with any finite maxWait, even if the bucket is full', async () => {
    const bucket = setting.bucketOf({ rate: 0 });
    expect(await fate(bucket.acquire(1, { maxWait: 1e9 }))).toMatchObject({ wait: Infinity });
    expect(bucket.pending).toBe(0);
    expect(setting.store.calls).toBe(0);
  });

  test('rejects with the total wait when other processes took the tokens while it was queued', async () => {
    await advance(1000);
    const bucket = await setting.emptyBucket();
    const first = bucket.acquire(5);
    const second = fate(bucket.acquire(5, { maxWait: 110 }));
    await advance(1);
    await setting.bucketOf().acquire(0);
    void setting.bucketOf().acquire(4);
    await advance(60);
    await expect(first).resolves.toBeCloseTo(50, 0);
    expect(await second).toBeInstanceOf(RateLimitTimeoutError);
    expect(await second).toMatchObject({ wait: expect.closeTo(140, 0), maxWait: 110 });
  });

  test('resolves when the wait is exactly maxWait, also behind other callers', async () => {
    const bucket = await setting.emptyBucket();
    void bucket.acquire(5);
    const second = fate(bucket.acquire(5, { maxWait: 101 }));
    await advance(102);
    expect(await second).toBe('granted');
  });

  test('sends at most one command for each caller behind it', async () => {
    const bucket = await setting.emptyBucket();
    for (const maxWait of [undefined, Infinity, undefined]) void bucket.acquire(1, { maxWait });
    await advance(0);
    const { calls } = setting.store;
    await advance(31);
    expect(bucket.pending).toBe(0);
    expect(setting.store.calls - calls).toBeLessThanOrEqual(3);
  });

  test('gives the claim of an aborted first caller to the next at once', async () => {
    const bucket = await setting.emptyBucket();
    const controller = new AbortController();
    void fate(bucket.acquire(10, { signal: controller.signal }));
    const next = bucket.acquire(1);
    await advance(50);
    controller.abort();
    await advance(0);
    await expect(next).resolves.toBe(50);
  });

  test('charges nothing for a caller that was aborted by another grant', async () => {
    const bucket = await setting.emptyBucket();
    const controller = new AbortController();
    void bucket.acquire(1).then(() => controller.abort());
    void fate(bucket.acquire(1, { signal: controller.signal }));
    const third = bucket.acquire(1);
    await advance(21);
    expect(Math.round(await third)).toBe(20);
  });

  test('gives back a claim at once when no caller is left', async () => {
    const bucket = await setting.emptyBucket();
    const controller = new AbortController();
    void fate(bucket.acquire(5, { signal: controller.signal }));
    await advance(1);
    controller.abort();
    await advance(9);
    await expect(setting.bucketOf().tryAcquire(1)).resolves.toBe(true);
  });

  test('asks again after a pause that began while the reply was on its way', async () => {
    setting.store.latency = 20;
    const bucket = setting.bucketOf();
    const first = bucket.acquire(10);
    await advance(20);
    await first;
    const granted = bucket.acquire(5);
    await advance(5);
    bucket.pauseFor(15);
    await advance(200);
    // The pause reaches the server later, so it ends that much later there.
    expect(await granted).toBeLessThanOrEqual(75);
    expect(await granted).toBeGreaterThanOrEqual(65);
  });
});
