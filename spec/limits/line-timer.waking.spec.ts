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

  test('is set by the first waiter, not by those behind it', () => {
    const bucket = emptied();
    for (let i = 0; i < 10; i += 1) void bucket.acquire();
    expect(set).toEqual([100]);
    expect(time.pending).toBe(1);
  });

  test('is unchanged when a waiter behind the first gives up', () => {
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

  test('is set once per wake, however many waiters that grants', async () => {
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

  test('is unchanged by an answer that does not change an adaptive rate', () => {
    const bucket = emptied({ adaptive: true });
    void bucket.acquire();
    bucket.report({ status: 200 });
    bucket.report({ status: 500 });
    expect(set).toEqual([100]);
  });

  test('is set again by a pause, for its end and the rest of the wait', () => {
    const bucket = emptied();
    void bucket.acquire();
    bucket.pauseFor(500);
    expect(set).toEqual([100, 600]);
    expect(time.pending).toBe(1);
  });

  test('is never set for less than a long-running clock can distinguish', async () => {
    const bucket = emptied({ rate: 1e9, capacity: 1 });
    const wait = bucket.acquire();
    await time.advance(0.001);
    await wait;
    expect(set).toEqual([1e-3]);
  });
});
