import { allOf, RateLimitTimeoutError, SlidingWindow, TokenBucket, TokenBuckets } from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';

describe('SlidingWindow', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));
  const make = (options = {}): SlidingWindow => new SlidingWindow({ limit: 3, window: 1000, clock, ...options });

  test('grants the whole limit in each window, and no more in any', async () => {
    const window = make();
    const at: number[] = [];
    for (let i = 0; i < 7; i += 1) void window.acquire().then(() => at.push(clock.now()));
    await clock.advance(5000);
    expect(at).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });

  test('continues to slide during a pause', async () => {
    const window = make();
    await window.acquire(3);
    window.pauseFor(1000);
    await clock.advance(999);
    expect(window.tryAcquire()).toBe(false);
    await clock.advance(1);
    expect(window.tryAcquire(3)).toBe(true);
  });

  test('charges debt at most `limit` per window', async () => {
    const window = make();
    await window.acquire(3);
    window.settle(1, 7);
    expect(window.available).toBe(0);
    let at = 0;
    void window.acquire().then(() => (at = clock.now()));
    await clock.advance(10_000);
    // 3 counted, 6 owed: charged at 1000 and 2000, so the next is free at 3000.
    expect(at).toBe(3000);
  });

  test('settle gives back unused tokens that are still counted', async () => {
    const window = make();
    await window.acquire(3);
    window.settle(3, 1);
    expect(window.available).toBe(2);
    await clock.advance(1000);
    window.settle(1, 0);
    expect(window.available).toBe(3);
  });

  test('keeps its bound and nearly all of its limit in bounded memory', async () => {
    const window = make({ limit: 1000 });
    const at: number[] = [];
    for (let t = 0; t < 3000; t += 5) {
      for (let i = 0; i < 8; i += 1) if (window.tryAcquire()) at.push(clock.now());
      await clock.advance(5);
    }
    let from = 0;
    let most = 0;
    at.forEach((end, i) => {
      while (at[from]! <= end - 1000) from += 1;
      most = Math.max(most, i - from + 1);
    });
    expect(most).toBeLessThanOrEqual(1000);
    expect(at.length).toBeGreaterThan(3000 * 0.98);
  });

  test('what is owed and fits counts as taken at once', async () => {
    const window = make();
    await window.acquire();
    window.settle(1, 2);
    expect(window.available).toBe(1);
    await clock.advance(1000);
    expect(window.available).toBe(3);
  });

  test('lets callers pass one that needs more than its limit', async () => {
    const window = make({ limit: 3 });
    await window.acquire(3);
    const granted: number[] = [];
    for (const tokens of [3, 1]) void window.acquire(tokens).then(() => granted.push(tokens));
    window.limit = 2;
    await clock.advance(1000);
    expect(granted).toEqual([1]);
  });

  test('grants when a pause that began later has ended', async () => {
    const window = make();
    await clock.advance(100);
    window.pauseFor(500);
    await expect(window.acquire(1, { maxWait: 499 })).rejects.toMatchObject({ wait: 500 });
  });

  test.each([
    ['refuses what a combination would be delayed by', 1, 5000, false],
    ['grants what a combination leaves', 2, 5000, true],
    ['grants what is free again when a combination is due', 1, 500, true],
  ])('tryAcquire %s', (_, limit, length, granted) => {
    const window = make({ limit, window: length });
    void allOf(window, new TokenBucket({ rate: 1, initial: 0, clock })).acquire();
    expect(window.tryAcquire()).toBe(granted);
  });

  test('applies an assigned limit to its waiters; 0 pauses', async () => {
    const window = make({ limit: 0 });
    let granted = false;
    void window.acquire(2).then(() => (granted = true));
    await clock.advance(10_000);
    expect(granted).toBe(false);
    window.limit = 1;
    await clock.advance(0);
    expect(granted).toBe(false);
    window.limit = 2;
    await clock.advance(0);
    expect(granted).toBe(true);
    await expect(window.acquire(3)).rejects.toThrow(
      new RangeError('acquire: tokens takes at most the limit (2), got 3'),
    );
  });

  test('is lowered by a remaining count of its unit', () => {
    const window = make({ unit: 'tokens' });
    window.report({ status: 200, rateLimits: [{ remaining: 0 }, { unit: 'tokens', remaining: 2 }] });
    expect(window.available).toBe(2);
  });

  test('is not raised by a server that says that more is left', async () => {
    const window = make();
    await window.acquire(2);
    window.report({ status: 200, rateLimits: [{ remaining: 3 }] });
    expect(window.available).toBe(1);
    await clock.advance(1000);
    expect(window.available).toBe(3);
  });

  test('refuses a caller with maxWait at once while its limit is 0', async () => {
    const window = make({ limit: 0 });
    await expect(window.acquire(1, { maxWait: 1e9 })).rejects.toThrow(RateLimitTimeoutError);
    expect(window.pending).toBe(0);
  });

  test('grants at once and counts nothing while the process is under test', async () => {
    const window = make();
    const restore = setTesting();
    try {
      await expect(window.acquire(3)).resolves.toBe(0);
      expect(window.tryAcquire(3)).toBe(true);
      window.settle(1, 3);
    } finally {
      restore();
    }
    expect(window.available).toBe(3);
  });

  test('refuses bad options, naming each', () => {
    expect(() => make({ limit: -1 })).toThrow('SlidingWindow: limit');
    expect(() => make({ window: 0 })).toThrow('SlidingWindow: window');
    expect(() => make({ maxPending: 1.5 })).toThrow('SlidingWindow: maxPending');
    expect(() => make({ unit: 5 })).toThrow('SlidingWindow: unit');
    expect(() => make({ clock: {} })).toThrow('SlidingWindow: clock');
    expect(() => make({ burst: 1 })).toThrow('SlidingWindow has no option "burst"');
  });
});

describe('A SlidingWindow lowered by its server', () => {
  test('has the tokens back at the reset, after a window at most', async () => {
    const clock = new VirtualClock();
    const window = new SlidingWindow({ limit: 10, window: 60_000, clock });
    await window.acquire(2);
    await clock.advance(1000);
    window.report({ status: 200, rateLimits: [{ remaining: 3, reset: 5000 }] });
    expect(window.available).toBe(3);
    await clock.advance(5000);
    expect(window.available).toBe(8);
    window.report({ status: 200, rateLimits: [{ remaining: 3, reset: 1e9 }] });
    await clock.advance(59_999);
    expect(window.available).toBe(5);
    await clock.advance(1);
    expect(window.available).toBe(10);
  });
});

describe('SlidingWindow.idle', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));
  const make = (options = {}): SlidingWindow => new SlidingWindow({ limit: 3, window: 1000, clock, ...options });

  test('is true of a new window, and again once no charge is counted', async () => {
    const window = make();
    expect(window.idle).toBe(true);
    window.tryAcquire();
    await clock.advance(999);
    expect(window.idle).toBe(false);
    await clock.advance(1);
    expect(window.idle).toBe(true);
  });

  test('is false until the end of a pause, and at another limit than the configured one', async () => {
    const window = make();
    window.pauseFor(500);
    await clock.advance(499);
    expect(window.idle).toBe(false);
    await clock.advance(1);
    expect(window.idle).toBe(true);
    window.limit = 4;
    expect(window.idle).toBe(false);
  });

  test('is false while a caller waits, though nothing is counted', () => {
    const window = make({ limit: 0 });
    expect(window.idle).toBe(true);
    void window.acquire();
    expect(window.idle).toBe(false);
  });

  test('decides when TokenBuckets drops a window', async () => {
    const byKey = new TokenBuckets({ bucket: () => make(), maxIdle: 10, clock });
    await byKey.get('used').acquire();
    await clock.advance(10);
    byKey.get('other');
    expect(byKey.size).toBe(2);
    await clock.advance(990);
    byKey.get('other');
    expect(byKey.size).toBe(1);
  });
});
