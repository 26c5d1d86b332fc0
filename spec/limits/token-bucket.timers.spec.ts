import fc from 'fast-check';
import { TokenBucket, type Clock } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { excess } from './bound';
import { ideal } from './ideal';
import { anyRate, anything, arrivals, CAPACITY, play } from './play';
import { runs } from '../long';

const RUNS = runs(50);

afterEach(() => jest.useRealTimers());

describe('The timer', () => {
  test('is one for any queue, and does not exist without waiters', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anyRate, async (steps, rate) => {
        const make = (clock: VirtualClock): TokenBucket => new TokenBucket({ rate, capacity: CAPACITY, clock });
        await play(make, rate, steps, (bucket, clock) => {
          // With a rate of 0 one may still wait until its maxWait is over.
          const least = bucket.pending > 0 && bucket.rate > 0 ? 1 : 0;
          expect(clock.pending).toBeGreaterThanOrEqual(least);
          expect(clock.pending).toBeLessThanOrEqual(bucket.pending > 0 ? 1 : 0);
        });
      }),
      RUNS,
    );
  });

  test('of the system is one for a thousand waiters', async () => {
    jest.useFakeTimers();
    const bucket = new TokenBucket({ rate: 1000, capacity: 10 });
    const waits = Array.from({ length: 1010 }, () => bucket.acquire());
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1100);
    await Promise.all(waits);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('may fire early: no caller is granted before there are tokens', async () => {
    await fc.assert(
      fc.asyncProperty(
        arrivals,
        anyRate,
        fc.array(fc.double({ min: 0, max: 0.92, noNaN: true }), { minLength: 1 }),
        async (steps, rate, early) => {
          let fired = 0;
          const make = (clock: VirtualClock): TokenBucket => {
            const hasty: Clock = {
              now: () => clock.now(),
              sleep: (ms, signal) => clock.sleep(Math.max(ms / 2, ms - early[(fired += 1) % early.length]!), signal),
            };
            return new TokenBucket({ rate, capacity: CAPACITY, clock: hasty });
          };
          const { grants, came } = await play(make, rate, steps);
          const weights = steps.filter((step) => step.act === 'acquire');
          const due = ideal(
            weights.map(({ tokens }, i) => ({ came: came[i]!, tokens })),
            rate,
            CAPACITY,
          );
          grants.forEach(({ at }, i) => expect(Math.abs(at - due[i]!)).toBeLessThan(0.01));
          expect(excess(grants, CAPACITY)).toBeLessThan(1e-6);
        },
      ),
      RUNS,
    );
  });

  test('can last longer than 2³¹ ms', async () => {
    jest.useFakeTimers();
    const bucket = new TokenBucket({ rate: 1e-7, capacity: 1, initial: 0 });
    let granted = false;
    void bucket.acquire().then(() => (granted = true));
    await jest.advanceTimersByTimeAsync(1e10 - 1000);
    expect(granted).toBe(false);
    await jest.advanceTimersByTimeAsync(2000);
    expect(granted).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('The clock', () => {
  test('may be set back: no time counts as passed, and none is counted twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 50 }),
        anyRate,
        (times, rate) => {
          let now = times[0]!;
          const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };
          const bucket = new TokenBucket({ rate, capacity: CAPACITY, clock });
          let granted = 0;
          let latest = now;
          for (const time of times) {
            now = time;
            latest = Math.max(latest, now);
            while (bucket.tryAcquire()) granted += 1;
            expect(granted).toBeLessThanOrEqual(CAPACITY + ((latest - times[0]!) * rate) / 1000 + 1e-6);
          }
        },
      ),
      RUNS,
    );
  });

  test('set back takes no tokens away', () => {
    let now = 10_000;
    const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };
    const bucket = new TokenBucket({ rate: 10, capacity: CAPACITY, clock });
    now = 5000;
    expect(bucket.available).toBe(CAPACITY);
    expect(bucket.tryAcquire(CAPACITY)).toBe(true);
    now = 10_000;
    expect(bucket.available).toBe(0);
    now = 10_100;
    expect(bucket.available).toBeCloseTo(1);
  });

  test('set back delays the next grant by at most that time', async () => {
    const clock = new VirtualClock(10_000);
    let offset = 0;
    const skewed: Clock = { now: () => clock.now() + offset, sleep: (ms, signal) => clock.sleep(ms, signal) };
    const bucket = new TokenBucket({ rate: 10, capacity: 1, initial: 0, clock: skewed });
    const granted = bucket.acquire();
    offset = -500;
    await clock.advance(600);
    await expect(granted).resolves.toBeGreaterThanOrEqual(0);
  });

  test('that stood still for eight hours refills one bucket, not eight hours of tokens', async () => {
    const clock = new VirtualClock();
    let asleep = 0;
    const suspended: Clock = { now: () => clock.now() + asleep, sleep: (ms, signal) => clock.sleep(ms, signal) };
    const bucket = new TokenBucket({ rate: 10, capacity: CAPACITY, initial: 0, clock: suspended });
    let granted = 0;
    for (let i = 0; i < 1000; i += 1) void bucket.acquire().then(() => (granted += 1));
    asleep = 8 * 3600 * 1000;
    await clock.advance(100);
    expect(granted).toBe(CAPACITY);
    await clock.advance(100);
    expect(granted).toBe(CAPACITY + 1);
  });
});
