import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { allOf, ConcurrencyLimiter, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('report of a bucket', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 1, capacity: 10, clock });
  });

  test.each([
    [{ status: 429, retryAfter: 500 }],
    [{ status: 503, retryAfter: 500 }],
    [{ status: 403, retryAfter: 500 }],
    [{ throttled: true, retryAfter: 500 }],
    [{ retryAfter: 500 }],
    [{ status: 429, rateLimit: { remaining: 0, reset: 500 } }],
  ])('a refusal with a time to wait pauses all: %j', async (feedback) => {
    bucket.report(feedback);
    let granted = 0;
    for (let i = 0; i < 3; i += 1) void bucket.acquire(0.1).then(() => (granted += 1));
    await clock.advance(499);
    expect(granted).toBe(0);
    bucket.rate = 1000;
    await clock.advance(2);
    expect(granted).toBe(3);
  });

  test.each([null, undefined, 5, 'slow down'])('cannot be %p', (feedback) => {
    const limits = [bucket, new ConcurrencyLimiter({ limit: 1, clock })];
    for (const limit of [...limits, allOf(...limits), allOf(bucket)]) {
      expect(() => limit.report(feedback as never)).toThrow(/^report takes an object with status, .*, got /);
    }
  });

  test.each([
    [{ status: 200, retryAfter: 500 }],
    [{ status: 202, retryAfter: 500 }],
    [{ status: 429 }],
    [{ status: 429, retryAfter: 0 }],
    [{ status: 500 }],
    [{}],
    [{ status: 429, rateLimits: 5 as never }],
    [{ status: 429, rateLimits: [null, 5] as never }],
    [{ status: 429, rateLimit: null as never }],
  ])('anything else pauses nobody: %j', (feedback) => {
    bucket.report(feedback);
    expect(bucket.tryAcquire()).toBe(true);
  });

  test('a later answer with a shorter time does not shorten the pause', async () => {
    bucket.report({ status: 429, retryAfter: 1000 });
    await clock.advance(100);
    bucket.report({ status: 429, retryAfter: 100 });
    await clock.advance(800);
    expect(bucket.tryAcquire()).toBe(false);
    await clock.advance(101);
    expect(bucket.tryAcquire()).toBe(true);
  });

  test('a remaining count lowers the level and never raises it', () => {
    bucket.report({ status: 200, rateLimit: { remaining: 3 } });
    expect(bucket.available).toBe(3);
    bucket.report({ status: 200, rateLimit: { remaining: 100 } });
    expect(bucket.available).toBe(3);
    bucket.report({ status: 200, rateLimit: { limit: 5 } });
    bucket.report({ status: 200, rateLimit: { remaining: Number.NaN } });
    bucket.report({ status: 200, rateLimit: { remaining: -4 } });
    expect(bucket.available).toBe(3);
  });

  test('a lowered level delays waiting callers', async () => {
    await bucket.acquire(10);
    const granted = bucket.acquire(2);
    await clock.advance(1500);
    bucket.report({ status: 200, rateLimit: { remaining: 0 } });
    await clock.advance(1999);
    expect(bucket.pending).toBe(1);
    await clock.advance(2);
    await expect(granted).resolves.toBeGreaterThan(3499);
  });

  test('an answer without a pause publishes no pause', () => {
    const seen: unknown[] = [];
    const see = (message: unknown): void => void seen.push(message);
    subscribe('tenax:limiter', see);
    bucket.report({ status: 429, retryAfter: 0 });
    bucket.report({ status: 200, retryAfter: 500 });
    bucket.report({ status: 429, retryAfter: 500 });
    unsubscribe('tenax:limiter', see);
    expect(seen).toEqual([{ limiter: bucket, paused: 500 }]);
  });
});
