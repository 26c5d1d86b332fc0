import { ConcurrencyLimiter, SlidingWindow, TokenBucket, type Clock } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { systemClock } from '../../lib/base/clock';
import { SteadyClock, steadyClock } from '../../lib/limits/steady-clock';

describe('SteadyClock', () => {
  let raw: number;
  let clock: Clock;
  beforeEach(() => {
    raw = 1000;
    clock = { now: () => raw, sleep: () => new Promise(() => undefined) };
  });

  test('stands still while the clock is set back, and counts no time twice', () => {
    const steady = new SteadyClock(clock);
    raw = 400;
    expect(steady.now()).toBe(1000);
    raw = 900;
    expect(steady.now()).toBe(1000);
    raw = 1100;
    expect(steady.now()).toBe(1100);
  });

  test('reanchor continues from where the time stood', () => {
    const steady = new SteadyClock(clock);
    raw = 400;
    expect(steady.reanchor()).toBe(1000);
    raw = 500;
    expect(steady.now()).toBe(1100);
    expect(steady.reanchor()).toBe(1100);
  });

  test('is one for each clock', () => {
    expect(steadyClock(clock)).toBe(steadyClock(clock));
    expect(steadyClock(clock)).not.toBe(steadyClock({ ...clock }));
  });
});

describe('A limiter under fake timers', () => {
  afterEach(() => void jest.useRealTimers());
  const limits: [string, () => TokenBucket | SlidingWindow][] = [
    ['TokenBucket', () => new TokenBucket({ rate: 10, capacity: 1 })],
    ['SlidingWindow', () => new SlidingWindow({ limit: 1, window: 100 })],
  ];

  test.each(limits)('is served when fake timers were installed later: %s', async (_, make) => {
    const limiter = make();
    await limiter.acquire();
    jest.useFakeTimers();
    let granted = false;
    void limiter.acquire().then(() => (granted = true));
    await jest.advanceTimersByTimeAsync(99);
    expect(granted).toBe(false);
    await jest.advanceTimersByTimeAsync(2);
    expect(granted).toBe(true);
    expect(limiter.tryAcquire()).toBe(false);
    await jest.advanceTimersByTimeAsync(101);
    expect(limiter.tryAcquire()).toBe(true);
  });

  test.each(limits)('serves its waiters at the next call after fake timers were removed: %s', async (_, make) => {
    jest.useFakeTimers();
    const limiter = make();
    await limiter.acquire();
    const waits = limiter.acquire();
    jest.useRealTimers();
    // Real time goes on behind this call.
    expect(limiter.tryAcquire()).toBe(false);
    await waits;
    expect(limiter.pending).toBe(0);
  });

  test('refuses a waiter when its maxWait is over on its own clock', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1 });
    await slots.acquire();
    jest.useFakeTimers();
    const refused = expect(slots.acquire(1, { maxWait: 50 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    await jest.advanceTimersByTimeAsync(51);
    await refused;
  });
});

describe('A clock that steps back', () => {
  test('does not make waiters wait for the same time twice', async () => {
    const clock = new VirtualClock(3_600_000);
    let offset = 0;
    const stepped: Clock = { now: () => clock.now() + offset, sleep: (ms, signal) => clock.sleep(ms, signal) };
    const window = new SlidingWindow({ limit: 1, window: 100, clock: stepped });
    await window.acquire();
    offset = -3_600_000;
    const granted = window.acquire();
    await clock.advance(101);
    await expect(granted).resolves.toBeCloseTo(100);
  });
});

describe('A clock that is set back', () => {
  test('continues at once if the function that the real clock reads was replaced', () => {
    const steady = new SteadyClock(systemClock);
    const before = steady.now();
    jest.useFakeTimers();
    try {
      const now = steady.now();
      expect(now).toBeGreaterThanOrEqual(before);
      jest.advanceTimersByTime(100);
      expect(steady.now() - now).toBeCloseTo(100);
    } finally {
      jest.useRealTimers();
    }
  });

  test('stands still otherwise', () => {
    const read = jest.spyOn(performance, 'now').mockReturnValue(1000);
    const steady = new SteadyClock(systemClock);
    const readings = [500, 600, 1001].map((reading) => (read.mockReturnValue(reading), steady.now()));
    read.mockRestore();
    expect(readings).toEqual([1000, 1000, 1001]);
  });

  test('stands still if it is not the real one, whatever the real one reads', () => {
    let now = 1000;
    const steady = new SteadyClock({ now: () => now, sleep: async () => undefined });
    const read = jest.spyOn(performance, 'now').mockReturnValue(0);
    const readings = [500, 600, 1001].map((reading) => ((now = reading), steady.now()));
    read.mockRestore();
    expect(readings).toEqual([1000, 1000, 1001]);
  });
});
