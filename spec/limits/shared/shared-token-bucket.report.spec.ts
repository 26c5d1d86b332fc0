import { SlidingWindow, allOf } from 'tenax';
import { advance, Setting } from './setting';

describe('report of a SharedTokenBucket', () => {
  const setting = new Setting();

  test('pauses all processes for a Retry-After', async () => {
    const bucket = setting.bucketOf();
    bucket.report({ status: 429, retryAfter: 100 });
    await expect(setting.bucketOf().tryAcquire()).resolves.toBe(false);
    await advance(100);
    await expect(setting.bucketOf().tryAcquire()).resolves.toBe(true);
  });

  test('sends no command for an answer without a Retry-After', async () => {
    const bucket = setting.bucketOf();
    bucket.report({ status: 200 });
    bucket.report({ status: 429 });
    bucket.report({ status: 429, retryAfter: 0 });
    await advance(0);
    expect(setting.store.calls).toBe(0);
  });

  test('sends the lowest remaining count with the next command, plus what was refilled since', async () => {
    const bucket = setting.bucketOf();
    for (const remaining of [5, 3, 4]) bucket.report({ status: 200, rateLimit: { remaining } });
    await advance(0);
    expect(setting.store.calls).toBe(0);
    await advance(20);
    await bucket.acquire(1);
    expect(setting.store.level).toBeCloseTo(4);
    bucket.report({ status: 200, rateLimit: { remaining: 1 } });
    await advance(5);
    await bucket.tryAcquire(1);
    expect(setting.store.level).toBeCloseTo(0.5);
  });

  test('sends a remaining count once', async () => {
    const bucket = setting.bucketOf();
    bucket.report({ status: 200, rateLimit: { remaining: 1 } });
    await bucket.acquire(1);
    await advance(50);
    await bucket.acquire(1);
    expect(setting.store.level).toBeCloseTo(4);
  });

  test('ignores a remaining count of the capacity or more', async () => {
    const bucket = setting.bucketOf();
    bucket.report({ status: 200, rateLimit: { remaining: 3 } });
    bucket.report({ status: 200, rateLimit: { remaining: 10 } });
    await bucket.acquire(1);
    expect(setting.store.level).toBeCloseTo(2);
    bucket.report({ status: 200, rateLimit: { remaining: 10 } });
    await advance(30);
    await bucket.acquire(1);
    expect(setting.store.level).toBeCloseTo(4);
  });
});

describe('what is said to a SharedTokenBucket and a window', () => {
  const setting = new Setting();

  test.each([
    ['fits the bucket without a reset', undefined, 100],
    ['fits the bucket by the reset', 90, 100],
    ['fits the window by the reset', 110, 4],
  ])('%s, at the rate that the bucket was made with', (_, reset, available) => {
    const bucket = setting.bucketOf();
    bucket.rate = 0.01;
    const minute = new SlidingWindow({ limit: 100, window: 60_000 });
    allOf(minute, bucket).report({ status: 200, rateLimits: [{ remaining: 4, reset }] });
    expect(minute.available).toBe(available);
  });
});

describe('a pause of a SharedTokenBucket', () => {
  const setting = new Setting();

  test.each([
    [-1, 'pauseFor takes a duration in milliseconds (a number ≥ 0), got -1'],
    ['1', 'pauseFor takes a duration in milliseconds (a number ≥ 0), got "1"'],
  ])('of %p is refused: %s', (ms, message) => {
    expect(() => setting.bucketOf().pauseFor(ms as number)).toThrow(message);
  });

  test('may be infinite', async () => {
    const bucket = setting.bucketOf();
    bucket.pauseFor(Infinity);
    await advance(1e6);
    await expect(bucket.tryAcquire()).resolves.toBe(false);
  });

  test('is sent to the server unless a longer one was sent', async () => {
    const bucket = setting.bucketOf();
    for (const ms of [50, 50, 20]) bucket.pauseFor(ms);
    await advance(0);
    expect(setting.store.calls).toBe(1);
    bucket.pauseFor(60);
    await advance(0);
    expect(setting.store.calls).toBe(2);
  });

  test('leaves the bucket idle after its end if the rate is the configured one', async () => {
    const bucket = setting.bucketOf();
    expect(bucket.idle).toBe(true);
    bucket.pauseFor(50);
    await advance(49);
    expect(bucket.idle).toBe(false);
    await advance(1);
    expect(bucket.idle).toBe(true);
    bucket.rate = 50;
    expect(bucket.idle).toBe(false);
    bucket.rate = 100;
    expect(bucket.idle).toBe(true);
  });

  test('is ended in the store with a command of its own', async () => {
    setting.bucketOf().pauseFor(50);
    await advance(49);
    expect(setting.store.calls).toBe(1);
    await advance(10);
    expect(setting.store.commands.map(({ parts }) => parts[0]!.pause)).toEqual([50_000, 0]);
  });

  test('needs no command at its end if another command has told the server by then', async () => {
    const bucket = setting.bucketOf();
    let tried: Promise<boolean> | undefined;
    setTimeout(() => void (tried = bucket.tryAcquire()), 50);
    bucket.pauseFor(50);
    await advance(50);
    await expect(tried).resolves.toBe(true);
    await advance(1000);
    expect(setting.store.calls).toBe(2);
  });
});
