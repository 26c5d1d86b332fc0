import { inspect } from 'node:util';
import * as tenax from 'tenax';
import { ConcurrencyLimiter, LimiterFullError, RateLimitTimeoutError, SlidingWindow, TokenBucket } from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { LocalLimiter } from '../../lib/limits/local-limiter.js';
import { thrown } from '../thrown';

/** Every kind of limit, with 2 tokens that a caller may take at once. */
const kinds: [string, (clock: VirtualClock, maxPending?: number) => LocalLimiter][] = [
  ['TokenBucket', (clock, maxPending) => new TokenBucket({ rate: 1, capacity: 2, clock, maxPending })],
  ['SlidingWindow', (clock, maxPending) => new SlidingWindow({ limit: 2, window: 1000, clock, maxPending })],
  ['ConcurrencyLimiter', (clock, maxPending) => new ConcurrencyLimiter({ limit: 2, clock, maxPending })],
];

test('what follows is tried with every kind of limit that tenax exports', () => {
  const exported = Object.entries<unknown>(tenax).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof LocalLimiter,
  );
  expect(kinds.map(([name]) => name).sort()).toEqual(exported.map(([name]) => name).sort());
});

describe.each(kinds)('%s', (_name, make) => {
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock();
  });

  test('grants available tokens at once, and no more', async () => {
    const limiter = make(clock);
    expect(await limiter.acquire(2)).toBe(0);
    expect(limiter.tryAcquire()).toBe(false);
    expect(limiter.pending).toBe(0);
  });

  test('lets no caller overtake waiting ones', async () => {
    const limiter = make(clock);
    const controller = new AbortController();
    const two = (async () => limiter.acquire(2))();
    const waiting = limiter.acquire(2, { signal: controller.signal });
    await two;
    expect(limiter.pending).toBe(1);
    expect(limiter.tryAcquire(1)).toBe(false);
    controller.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(limiter.pending).toBe(0);
  });

  test('grants 0 tokens at once, also behind a queue', async () => {
    const limiter = make(clock);
    await limiter.acquire(2);
    const controller = new AbortController();
    const waiting = limiter.acquire(1, { signal: controller.signal });
    expect(await limiter.acquire(0)).toBe(0);
    expect(limiter.tryAcquire(0)).toBe(true);
    controller.abort();
    await waiting.catch(() => undefined);
  });

  test('throws for more than it can ever grant, and for a value that is not a number', async () => {
    const limiter = make(clock);
    expect(await thrown(limiter.acquire(3))).toBeInstanceOf(RangeError);
    expect(await thrown(limiter.acquire('1' as never))).toBeInstanceOf(TypeError);
  });

  test('rejects with LimiterFullError beyond maxPending', async () => {
    const limiter = make(clock, 0);
    await limiter.acquire(2);
    expect(await thrown(limiter.acquire())).toBeInstanceOf(LimiterFullError);
  });

  test('admits no caller during a pause; of several pauses the latest end counts', async () => {
    const limiter = make(clock);
    limiter.pauseFor(500);
    limiter.pauseFor(100);
    expect(limiter.tryAcquire()).toBe(false);
    expect(await thrown(limiter.acquire(1, { maxWait: 400 }))).toBeInstanceOf(RateLimitTimeoutError);
    const pending = limiter.acquire();
    await clock.advance(500);
    expect(await pending).toBe(500);
  });

  /** A limiter with nothing left and one caller that waits, until it is told to leave. */
  const withWaiter = async () => {
    const limiter = make(clock);
    await limiter.acquire(2);
    const controller = new AbortController();
    const waiting = limiter.acquire(1, { signal: controller.signal }).catch(() => undefined);
    const leave = async (): Promise<void> => {
      controller.abort();
      await waiting;
    };
    return { limiter, leave };
  };

  test('tryAcquire grants at once while the process is under test, though callers wait', async () => {
    const { limiter, leave } = await withWaiter();
    const restore = setTesting();
    try {
      expect(limiter.tryAcquire(2)).toBe(true);
    } finally {
      restore();
    }
    expect([limiter.tryAcquire(), limiter.pending]).toEqual([false, 1]);
    await leave();
  });

  test('acquire grants at once while the process is under test, though callers wait', async () => {
    const { limiter, leave } = await withWaiter();
    const restore = setTesting();
    try {
      await expect(limiter.acquire(2)).resolves.toBe(0);
    } finally {
      restore();
    }
    await leave();
  });

  test('is like a new one until a token is taken', async () => {
    const limiter = make(clock);
    expect(limiter.isLikeNew).toBe(true);
    await limiter.acquire();
    expect(limiter.isLikeNew).toBe(false);
  });

  test('does not print its queue and its clock', () => {
    expect(inspect(make(clock))).not.toMatch(/line|time|keep/);
  });
});
