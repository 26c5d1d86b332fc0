import { LimiterFullError, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('the queue of a limit', () => {
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock();
  });
  const empty = (options: object = {}) => new TokenBucket({ rate: 1, capacity: 2, initial: 0, clock, ...options });

  test('has one timer for any number of waiters, and no timer without waiters', async () => {
    const bucket = empty();
    const controller = new AbortController();
    const waiting = Array.from({ length: 20 }, () => bucket.acquire(1, { signal: controller.signal }));
    for (let i = 0; i < 5; i += 1) waiting.push(bucket.acquire(1, { maxWait: 60_000 + i, signal: controller.signal }));
    expect(clock.pending).toBe(1);
    controller.abort();
    await Promise.allSettled(waiting);
    expect([clock.pending, bucket.pending]).toEqual([0, 0]);
  });

  test('serves the next waiters when the first gives up', async () => {
    const bucket = empty();
    const controller = new AbortController();
    const first = bucket.acquire(2, { signal: controller.signal });
    const second = bucket.acquire(1);
    await clock.advance(1100);
    controller.abort(new Error('no more'));
    await expect(first).rejects.toThrow('no more');
    await expect(second).resolves.toBeCloseTo(1100);
  });

  test('refuses a waiter when its maxWait is over, and at once if it would wait too long', async () => {
    const bucket = empty();
    const begun = clock.now();
    const overtaken = bucket.acquire(1, { maxWait: 1500 }).catch((error: Error) => [error.name, clock.now() - begun]);
    const urgent = bucket.acquire(1, { priority: 1 });
    const late = bucket.acquire(1, { maxWait: 1500 }).catch((error: Error) => [error.name, clock.now() - begun]);
    await clock.advance(3000);
    expect(await late).toEqual(['RateLimitTimeoutError', 0]);
    expect(await overtaken).toEqual(['RateLimitTimeoutError', 1500]);
    expect(await urgent).toBeCloseTo(1000);
  });

  test('grants a waiter that is due at its deadline, though rounding puts that a little later', async () => {
    const bucket = empty({ rate: 3 });
    const waiting = bucket.acquire(1, { maxWait: 333.333333 });
    await clock.advance(334);
    await expect(waiting).resolves.toBeCloseTo(333.33, 1);
  });

  test('tells a caller that is refused how long it would have waited', async () => {
    const bucket = empty();
    await clock.advance(500);
    await bucket.acquire(0.5);
    const refused = bucket.acquire(1, { maxWait: 1500 });
    bucket.pauseFor(3000);
    refused.catch(() => undefined);
    await clock.advance(1500);
    await expect(refused).rejects.toMatchObject({ wait: 4000, maxWait: 1500 });
  });

  test('serves the callers behind one that is refused at the same moment', async () => {
    const bucket = empty();
    const refused = bucket.acquire(2, { maxWait: 2500 });
    const served = bucket.acquire().then(() => clock.now());
    refused.catch(() => undefined);
    await clock.advance(1000);
    bucket.rate = 0.1;
    await clock.advance(2000);
    await expect(refused).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    await expect(served).resolves.toBe(2500);
  });

  test('keeps its order when a caller leaves that a more urgent one had passed', async () => {
    const bucket = empty();
    const controller = new AbortController();
    const leaves = bucket.acquire(1, { signal: controller.signal });
    const urgent = bucket.acquire(1, { priority: 1 });
    controller.abort('enough');
    await expect(leaves).rejects.toBe('enough');
    await clock.advance(1001);
    await expect(urgent).resolves.toBeCloseTo(1000);
  });

  test('keeps the process alive, also for a caller whose grant time nobody knows', () => {
    jest.useFakeTimers();
    try {
      const paused = new TokenBucket({ rate: 0, initial: 0 });
      void paused.acquire();
      expect(jest.getTimerCount()).toBe(1);
    } finally {
      jest.useRealTimers();
    }
  });

  test('refuses a newcomer beyond maxPending', async () => {
    const bucket = empty({ maxPending: 1 });
    const first = bucket.acquire();
    await expect(bucket.acquire()).rejects.toThrow(LimiterFullError);
    await clock.advance(1001);
    await first;
    const next = bucket.acquire();
    await clock.advance(1001);
    await next;
  });
});

test('A waiter that a pause keeps beyond its maxWait is refused in time, although others are before it', async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket({ rate: 1, capacity: 1, clock });
  bucket.tryAcquire();
  const first = bucket.acquire(1);
  const second = bucket.acquire(1, { maxWait: 2500 }).then(
    () => 'granted',
    (error: { code: string }) => [error.code, clock.now()],
  );
  bucket.pauseFor(10_000);
  await clock.advance(20_000);
  await first;
  expect(await second).toEqual(['TENAX_LIMITER_TIMEOUT', expect.any(Number)]);
});
