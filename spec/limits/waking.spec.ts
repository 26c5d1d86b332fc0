import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TokenBucket, type Clock, type TokenBucketOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';

/** A timer that is set anew costs, and one answer may come for every request. */
describe('The timer of a bucket', () => {
  let time: VirtualClock;
  let set: number[];
  let clock: Clock;
  beforeEach(() => {
    time = new VirtualClock(1000);
    set = [];
    clock = {
      now: () => time.now(),
      sleep: (ms, signal) => {
        set.push(ms);
        return time.sleep(ms, signal);
      },
    };
  });
  const emptied = (options: Partial<TokenBucketOptions> = {}): TokenBucket =>
    new TokenBucket({ rate: 10, capacity: 5, initial: 0, clock, ...options });

  test('is set by the first who waits, not by those behind it', () => {
    const bucket = emptied();
    for (let i = 0; i < 10; i += 1) void bucket.acquire();
    expect(set).toEqual([100]);
    expect(time.pending).toBe(1);
  });

  test('is left alone when somebody behind the first gives up', () => {
    const bucket = emptied();
    void bucket.acquire();
    const controller = new AbortController();
    const second = bucket.acquire(5, { signal: controller.signal });
    second.catch(() => undefined);
    controller.abort();
    expect(bucket.pending).toBe(1);
    expect(set).toEqual([100]);
  });

  test('is set for the next when the first gives up', () => {
    const bucket = emptied();
    const controller = new AbortController();
    const first = bucket.acquire(1, { signal: controller.signal });
    first.catch(() => undefined);
    void bucket.acquire(3);
    controller.abort();
    expect(set).toEqual([100, 300]);
    expect(time.pending).toBe(1);
  });

  test('is set once for each wake, however many that grants', async () => {
    const bucket = emptied({ rate: 1000 });
    const waits = Array.from({ length: 10 }, () => bucket.acquire());
    await time.advance(10.001);
    await Promise.all(waits);
    expect(set).toHaveLength(10);
  });

  test.each([
    ['a success', { status: 200 }],
    ['a refusal without a time to wait', { status: 429 }],
    ['as many left as there are', { status: 200, rateLimit: { remaining: 0 } }],
    ['more left than there are', { status: 200, rateLimit: { remaining: 3 } }],
  ])('is left alone by %s', (_, feedback) => {
    const bucket = emptied();
    void bucket.acquire();
    bucket.report(feedback);
    expect(set).toEqual([100]);
  });

  test('is left alone by an answer that changes nothing about an adaptive rate', () => {
    const bucket = emptied({ adaptive: true });
    void bucket.acquire();
    bucket.report({ status: 200 });
    bucket.report({ status: 500 });
    expect(set).toEqual([100]);
  });

  test('is set anew by a pause, for its end and the rest of the wait', () => {
    const bucket = emptied();
    void bucket.acquire();
    bucket.pauseFor(500);
    expect(set).toEqual([100, 600]);
    expect(time.pending).toBe(1);
  });

  test('is never set for less than a clock that has run for long can tell', async () => {
    const bucket = emptied({ rate: 1e9, capacity: 1 });
    const wait = bucket.acquire();
    await time.advance(0.001);
    await wait;
    expect(set).toEqual([1e-3]);
  });
});

describe('A wait that maxWait is held against', () => {
  test('counts the pause from now, the queue, and those in it who have left no more', async () => {
    const clock = new VirtualClock(7000);
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 0, clock });
    const predicted = (tokens: number): Promise<unknown> =>
      bucket.acquire(tokens, { maxWait: 0 }).catch(({ wait }: { wait: number }) => wait);
    await expect(predicted(1)).resolves.toBeCloseTo(100, 6);
    const controller = new AbortController();
    bucket.acquire(4, { signal: controller.signal }).catch(() => undefined);
    void bucket.acquire(3);
    await expect(predicted(1)).resolves.toBeCloseTo(800, 6);
    controller.abort();
    await expect(predicted(1)).resolves.toBeCloseTo(400, 6);
    bucket.pauseFor(1000);
    await expect(predicted(1)).resolves.toBeCloseTo(1400, 6);
    await clock.advance(2000);
    await expect(predicted(5)).resolves.toBeCloseTo(0, 6);
  });

  test('is the rest of the pause where tokens are there', async () => {
    const clock = new VirtualClock(7000);
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    bucket.pauseFor(1000);
    await clock.advance(300);
    await expect(bucket.acquire(1, { maxWait: 699 })).rejects.toMatchObject({ wait: 700 });
    const granted = bucket.acquire(1, { maxWait: 700 });
    await clock.advance(700);
    await expect(granted).resolves.toBe(700);
  });
});

describe('TokenBucket.idle', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock(1000)));

  test('is true of a new bucket, and of one that is full again', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
    expect(bucket.idle).toBe(true);
    bucket.tryAcquire();
    expect(bucket.idle).toBe(false);
    await clock.advance(100);
    expect(bucket.idle).toBe(true);
  });

  test('is false to the end of a pause', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
    bucket.pauseFor(500);
    await clock.advance(499);
    expect(bucket.idle).toBe(false);
    await clock.advance(1);
    expect(bucket.idle).toBe(true);
  });

  test('is false at another rate than the one that it was made with', () => {
    const bucket = new TokenBucket({ rate: 10, clock });
    bucket.rate = 20;
    expect(bucket.idle).toBe(false);
    bucket.rate = 10;
    expect(bucket.idle).toBe(true);
  });

  test('is false while somebody waits, though it is full', () => {
    const bucket = new TokenBucket({ rate: 0, clock });
    expect(bucket.idle).toBe(true);
    void bucket.acquire();
    expect(bucket.idle).toBe(false);
  });
});

test('A bucket tells of no pause for an answer that asks for none', () => {
  const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
  const seen: unknown[] = [];
  const see = (message: unknown): void => void seen.push(message);
  subscribe('tenax:limiter', see);
  bucket.report({ status: 429, retryAfter: 0 });
  bucket.report({ status: 200, retryAfter: 500 });
  bucket.report({ status: 429, retryAfter: 500 });
  unsubscribe('tenax:limiter', see);
  expect(seen).toEqual([{ limiter: bucket, paused: 500 }]);
});
