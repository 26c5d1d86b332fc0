import { getEventListeners } from 'node:events';
import { before, retry, stop, TokenBucket, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('before.acquire', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 10, capacity: 1, clock });
  });

  test('makes every attempt wait for the limiter, including the first', async () => {
    await bucket.acquire();
    const at: number[] = [];
    const call = retry(
      async () => {
        at.push(clock.now());
        if (at.length < 3) throw new Error('again');
      },
      { before: before.acquire(bucket), stop: stop.afterAttempt(3), wait: wait.none(), clock },
    )();
    await clock.advance(1000);
    await call;
    expect(at).toEqual([100, 200, 300].map((ms) => expect.closeTo(ms, 2)));
  });

  test('takes the given number of tokens', async () => {
    const large = new TokenBucket({ rate: 10, capacity: 5, clock });
    await retry(async () => undefined, { before: before.acquire(large, 3), clock, stop: stop.never })();
    expect(large.available).toBe(2);
  });

  test('passes the call’s signal on, so that an abort leaves the queue', async () => {
    await bucket.acquire();
    const controller = new AbortController();
    let called = false;
    const call = retry(async () => void (called = true), {
      before: before.acquire(bucket),
      signal: controller.signal,
      clock,
    })();
    await clock.advance(50);
    expect(bucket.pending).toBe(1);
    const reason = new Error('no longer needed');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(bucket.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await clock.advance(1000);
    expect(called).toBe(false);
    expect(bucket.available).toBe(1);
  });

  test('fails at once if the limiter cannot grant before the deadline', async () => {
    bucket.pauseFor(60_000);
    const call = retry(async () => undefined, {
      before: before.acquire(bucket),
      deadline: 500,
      clock,
      reraise: true,
    })();
    await expect(call).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    expect(clock.now()).toBe(0);
    expect(bucket.pending).toBe(0);
  });

  test('throws for a value that is not a limiter or not a number of tokens', () => {
    const takes = 'before.acquire takes a rate limiter (new TokenBucket({ rate: 10 }))';
    expect(() => before.acquire({} as never)).toThrow(new TypeError(`${takes}, got an object`));
    expect(() => before.acquire({ acquire: 1, for: 1 } as never)).toThrow(new TypeError(`${takes}, got an object`));
    expect(() => before.acquire(undefined as never)).toThrow(new TypeError(`${takes}, got undefined`));
    expect(() => before.acquire(null as never)).toThrow(new TypeError(`${takes}, got null`));
    expect(() => before.acquire(bucket, -1)).toThrow('before.acquire: tokens');
    expect(String(before.acquire(bucket, 2))).toBe('before.acquire(tokenBucket, 2)');
  });
});
