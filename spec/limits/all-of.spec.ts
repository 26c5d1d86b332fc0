import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { allOf, ConcurrencyLimiter, LimiterFullError, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { newAskLog, type AskLog } from './ask-log';

describe('allOf', () => {
  let clock: AskLog['clock'];
  let log: AskLog['log'];
  let ask: AskLog['ask'];
  beforeEach(() => {
    ({ clock, log, ask } = newAskLog());
  });
  const perSecond = (limit = 4): SlidingWindow => new SlidingWindow({ limit, window: 1000, clock });

  test('keeps every member’s limit: 4 per second and 6 per minute', async () => {
    const both = allOf(perSecond(), new SlidingWindow({ limit: 6, window: 60_000, clock }));
    for (let i = 0; i < 7; i += 1) ask(String(i), both);
    await clock.advance(120_000);
    expect(log).toEqual(['0 at 0', '1 at 0', '2 at 0', '3 at 0', '4 at 1000', '5 at 1000', '6 at 60000']);
  });

  test('takes the same number of every member, including slots, and release frees the slots', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    const slots = new ConcurrencyLimiter({ limit: 3, clock });
    const both = allOf(bucket, slots);
    await both.acquire(2);
    expect([bucket.available, slots.inFlight]).toEqual([3, 2]);
    both.release(2);
    expect([bucket.available, slots.inFlight]).toEqual([3, 0]);
    both.settle(2, 1);
    expect(bucket.available).toBe(4);
  });

  test('release changes nothing if a member has fewer slots in use', () => {
    const [one, other] = [4, 4].map((limit) => new ConcurrencyLimiter({ limit, clock })) as never as [
      ConcurrencyLimiter,
      ConcurrencyLimiter,
    ];
    const both = allOf(one, other);
    void both.acquire(2);
    other.release();
    expect(() => both.release(2)).toThrow('release: 2 slots are more than the 1 in use');
    expect([one.inFlight, other.inFlight]).toEqual([2, 1]);
  });

  test('charges nothing while it waits for another member', async () => {
    const window = perSecond();
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    ask('both', allOf(window, bucket));
    await clock.advance(999);
    expect(window.available).toBe(4);
    await clock.advance(1.1);
    expect(window.available).toBe(3);
    expect(log).toEqual(['both at 1000']);
  });

  test('takes nothing when it is refused or aborted, or when tryAcquire returns false', async () => {
    const window = perSecond();
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    const both = allOf(window, bucket);
    const controller = new AbortController();
    ask('late', both, 1, { maxWait: 10 });
    ask('aborted', both, 1, { signal: controller.signal });
    expect(both.tryAcquire()).toBe(false);
    controller.abort('stop');
    await clock.advance(0);
    expect(log).toEqual(['late RateLimitTimeoutError', 'aborted stop']);
    expect([window.available, bucket.available, both.pending, clock.pending]).toEqual([4, 0, 0, 0]);
  });

  test('serves the caller that waits longest for a member, in or outside a combination', async () => {
    const shared = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const both = allOf(shared, perSecond(100));
    ask('alone', shared);
    ask('both', both);
    ask('alone again', shared);
    await clock.advance(4000);
    expect(log).toEqual(['alone at 1000', 'both at 2000', 'alone again at 3000']);
  });

  test('does not block another combination that can be granted', async () => {
    const account = perSecond(100);
    const slow = new TokenBucket({ rate: 0.1, initial: 0, clock });
    const fast = new TokenBucket({ rate: 10, clock });
    ask('slow', allOf(account, slow));
    ask('fast', allOf(account, fast));
    ask('account', account);
    await clock.advance(0);
    expect(log).toEqual(['fast at 0', 'account at 0']);
    await clock.advance(10_001);
    expect(log.at(-1)).toBe('slow at 10000');
  });

  test('reserves a token only if granting it would delay the oldest waiter', async () => {
    const day = new TokenBucket({ rate: 0.01, capacity: 2, initial: 1, clock });
    const second = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    ask('both', allOf(day, second));
    // Its token of the day would be missing a second later.
    expect(day.tryAcquire()).toBe(false);
    ask('day', day);
    await clock.advance(1001);
    expect(log).toEqual(['both at 1000']);
    await clock.advance(200_000);
    expect(log).toEqual(['both at 1000', 'day at 100000']);
  });

  test('reserves nothing for a waiter of a paused member', async () => {
    const day = new TokenBucket({ rate: 0.01, capacity: 2, initial: 1, clock });
    const second = new TokenBucket({ rate: 1, capacity: 1, clock });
    second.pauseFor(1000);
    ask('both', allOf(day, second));
    expect(day.tryAcquire()).toBe(true);
  });

  test('does not starve a caller that needs two slots that are never free at once', async () => {
    const one = new ConcurrencyLimiter({ limit: 1, clock });
    const other = new ConcurrencyLimiter({ limit: 1, clock });
    let run = true;
    const loop = async (limiter: ConcurrencyLimiter, first: number): Promise<void> => {
      await clock.sleep(first);
      while (run) await limiter.run(() => clock.sleep(100));
    };
    // Two callers each, so that somebody always waits.
    void loop(one, 1);
    void loop(one, 2);
    void loop(other, 50);
    void loop(other, 51);
    await clock.advance(60);
    ask('both', allOf(one, other));
    await clock.advance(5000);
    expect(log).toHaveLength(1);
    run = false;
    one.release();
    other.release();
    await clock.advance(1000);
  });

  test('keeps a free slot for a waiter whose token comes before a slot is usually given back', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const second = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const held = slots.run(() => clock.sleep(10_000));
    await clock.advance(10_000);
    await held;
    await second.acquire();
    ask('both', allOf(slots, second));
    ask('slot', slots);
    await clock.advance(999);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['both at 11000']);
    slots.release();
    await clock.advance(0);
    expect(log).toEqual(['both at 11000', 'slot at 11000']);
  });

  test('grants a free slot that would otherwise stay reserved for long', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const slow = new TokenBucket({ rate: 0.1, initial: 0, clock });
    await slots.run(() => clock.sleep(0));
    const held = slots.run(() => clock.sleep(100));
    await clock.advance(100);
    await held;
    ask('both', allOf(slots, slow));
    ask('slot', slots);
    await clock.advance(0);
    expect(log).toEqual(['slot at 100']);
  });

  test('counts its waiters in pending and maxPending of every member', async () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, maxPending: 1, clock });
    const both = allOf(bucket, perSecond());
    ask('first', both);
    expect([bucket.pending, both.pending]).toEqual([1, 1]);
    await expect(bucket.acquire()).rejects.toThrow(LimiterFullError);
    await expect(both.acquire()).rejects.toThrow(LimiterFullError);
  });

  test('counts in pending only the callers that wait for the combination', () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    const both = allOf(bucket, perSecond());
    ask('alone', bucket);
    ask('both', both);
    ask('others', allOf(bucket, perSecond()));
    expect([bucket.pending, both.pending]).toEqual([3, 1]);
  });

  test('rejects a caller whose signal has already aborted, and wrong options, and takes nothing', async () => {
    const window = perSecond();
    const both = allOf(window, perSecond());
    await expect(both.acquire(1, { signal: AbortSignal.abort('late') })).rejects.toBe('late');
    await expect(both.acquire(1, { maxWait: Number.NaN })).rejects.toThrow('maxWait');
    expect(window.available).toBe(4);
  });

  test('grants 0 tokens at once, even if nothing is left', async () => {
    const both = allOf(new TokenBucket({ rate: 1, initial: 0, clock }), perSecond());
    await expect(both.acquire(0)).resolves.toBe(0);
    expect(both.tryAcquire(0)).toBe(true);
  });

  test('of one limiter reports to it what the server says', () => {
    const window = perSecond();
    allOf(window).report({ status: 200, rateLimits: [{ remaining: 1 }] });
    expect(window.available).toBe(1);
  });

  test('tryAcquire is refused while all slots are in use, and a slot that becomes free is kept for its waiter', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const busy = new ConcurrencyLimiter({ limit: 1, clock });
    await slots.run(() => clock.sleep(0));
    const held = slots.run(() => clock.sleep(100));
    await clock.advance(100);
    await held;
    await Promise.all([slots.acquire(), busy.acquire()]);
    ask('waits', allOf(slots, busy));
    expect(allOf(slots, perSecond()).tryAcquire()).toBe(false);
    await clock.advance(500);
    slots.release();
    expect(slots.tryAcquire()).toBe(false);
  });

  test('keeps a slot until its waiter is granted, once others have passed it for ten times as long as slots are held', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const busy = new ConcurrencyLimiter({ limit: 1, clock });
    let passed = 0;
    const loop = async (): Promise<void> => {
      for (;;) {
        await slots.run(() => clock.sleep(100));
        passed += 1;
      }
    };
    void loop();
    void loop();
    await clock.advance(50);
    await busy.acquire();
    ask('both', allOf(slots, busy));
    await clock.advance(5000);
    const before = passed;
    expect(before).toBeGreaterThan(1);
    await clock.advance(5000);
    expect([passed, slots.inFlight]).toEqual([before, 0]);
    busy.release();
    await clock.advance(0);
    expect(log).toEqual(['both at 10050']);
  });

  test('waits behind a caller that waits for one of its members', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 2, initial: 1, clock });
    const both = allOf(bucket, perSecond());
    ask('alone', bucket, 2);
    ask('both', both);
    expect(both.tryAcquire()).toBe(false);
    await clock.advance(3000);
    expect(log).toEqual(['alone at 1000', 'both at 2000']);
  });

  describe('tryAcquire', () => {
    let slots: ConcurrencyLimiter;
    let both: ReturnType<typeof allOf>;
    // No slot was ever held for any time, so that no free slot is kept for a waiter.
    beforeEach(() => {
      slots = new ConcurrencyLimiter({ limit: 4, clock });
      both = allOf(slots, perSecond(100));
      void slots.acquire();
    });

    test('is refused while a caller waits for the same combination', () => {
      ask('both', both, 4);
      expect([both.tryAcquire(), slots.inFlight]).toEqual([false, 1]);
    });

    test('is refused while a caller waits for one of the members, also if others wait for combinations', () => {
      ask('others', allOf(slots, perSecond()), 4);
      ask('alone', slots, 4);
      expect([both.tryAcquire(), slots.inFlight]).toEqual([false, 1]);
    });

    test('is refused while a caller waits for a combination of one of the members alone', () => {
      ask('alone', allOf(slots), 4);
      expect([slots.tryAcquire(), slots.inFlight]).toEqual([false, 1]);
    });

    test('takes what callers of other combinations cannot use', () => {
      ask('others', allOf(slots, perSecond()), 4);
      expect([both.tryAcquire(), both.tryAcquire(), slots.inFlight]).toEqual([true, true, 3]);
    });

    test('is refused if it would delay a caller of another combination, whichever member that is', () => {
      const day = new TokenBucket({ rate: 0.01, capacity: 3, initial: 2, clock });
      const second = new TokenBucket({ rate: 1, capacity: 2, initial: 0, clock });
      ask('others', allOf(day, second), 2);
      expect(allOf(perSecond(), day).tryAcquire()).toBe(false);
      expect(allOf(day, perSecond()).tryAcquire()).toBe(false);
      expect(allOf(perSecond(), perSecond()).tryAcquire()).toBe(true);
    });
  });

  test('makes a later combination wait rather than delay an earlier one, whichever member that is', async () => {
    const day = new TokenBucket({ rate: 0.01, capacity: 2, initial: 2, clock });
    const second = new TokenBucket({ rate: 1, capacity: 2, initial: 0, clock });
    ask('first', allOf(day, second), 2);
    ask('second', allOf(perSecond(), day));
    // The first caller's tokens are kept, not those of the one behind it.
    expect(day.tryAcquire()).toBe(false);
    await clock.advance(102_001);
    expect(log).toEqual(['first at 2000', 'second at 102000']);
  });

  test('serves a caller of higher priority first, whichever queue was first', async () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    const both = allOf(bucket, perSecond());
    ask('both', both, 1, { priority: 1 });
    ask('alone', bucket);
    ask('urgent', bucket, 1, { priority: 2 });
    await clock.advance(4000);
    expect(log).toEqual(['urgent at 1000', 'both at 2000', 'alone at 3000']);
  });

  test('lets callers pass one that needs more slots than are in force', async () => {
    const slots = new ConcurrencyLimiter({ limit: 4, adaptive: true, clock });
    const both = allOf(perSecond(), slots);
    slots.report({ status: 429 });
    ask('four', both, 4);
    ask('one', both);
    await clock.advance(0);
    expect(log).toEqual(['one at 0']);
  });

  test('grants a free slot to another caller when it is no longer kept', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const busy = new ConcurrencyLimiter({ limit: 1, clock });
    await slots.acquire();
    await busy.acquire();
    await clock.advance(100);
    slots.release();
    ask('both', allOf(slots, busy));
    ask('slot', slots);
    await clock.advance(99);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['slot at 200']);
  });

  test('refuses a caller in time while the slot that it could take is kept for another', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const second = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    await slots.acquire();
    await clock.advance(1000);
    slots.release();
    await second.acquire();
    ask('both', allOf(slots, second));
    const refused = slots.acquire(1, { maxWait: 500 }).catch((error: object) => ({ ...error, at: clock.now() }));
    await clock.advance(2000);
    expect(await refused).toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT', at: 1500, maxWait: 500 });
    expect(log).toEqual(['both at 2000']);
  });

  test('grants what others of its members leave, counted to the slot', async () => {
    const slots = new ConcurrencyLimiter({ limit: 3, clock });
    const second = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    await slots.acquire(3);
    await clock.advance(1000);
    slots.release(3);
    await second.acquire();
    await slots.acquire();
    ask('both', allOf(slots, second));
    expect([slots.tryAcquire(), slots.tryAcquire()]).toEqual([true, false]);
  });

  test('counts separately the callers of two combinations of the same members', () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    const members = [bucket, perSecond()];
    const combinations = [allOf(...members), allOf(...members)];
    combinations.forEach((each, i) => ask(String(i), each));
    expect(combinations.map(({ pending }) => pending)).toEqual([1, 1]);
  });

  test('counts its waiters beside limiters of another make', async () => {
    const bucket = new TokenBucket({ rate: 1, initial: 0, clock });
    const foreign: RateLimiter = { acquire: async () => 0, tryAcquire: () => true };
    const both = allOf(foreign, bucket, perSecond());
    ask('both', both);
    await clock.advance(1);
    expect(both.pending).toBe(1);
  });

  test('publishes no grant of 0 tokens', async () => {
    const seen: unknown[] = [];
    const see = (message: unknown): void => void seen.push(message);
    subscribe('tenax:limiter', see);
    try {
      await allOf(perSecond(), perSecond()).acquire(0);
    } finally {
      unsubscribe('tenax:limiter', see);
    }
    expect(seen).toEqual([]);
  });

  test('has one timer for its queue', async () => {
    const both = allOf(perSecond(), perSecond(2), new TokenBucket({ rate: 1, clock }));
    for (let i = 0; i < 20; i += 1) ask(String(i), both);
    expect(clock.pending).toBe(1);
    await clock.advance(30_000);
    expect(log).toHaveLength(20);
    expect(clock.pending).toBe(0);
  });

  test('flattens combinations, and charges a member twice that is listed twice', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 5, clock });
    const both = allOf(allOf(bucket, perSecond()), bucket);
    await both.acquire();
    expect(bucket.available).toBe(3);
  });

  test('acquires foreign limiters first, and gives their tokens back when the rest is refused', async () => {
    const seen: string[] = [];
    const foreign: RateLimiter = {
      acquire: async (n) => (seen.push(`acquire ${n}`), 0),
      tryAcquire: (n) => (seen.push(`try ${n}`), true),
      release: (n) => void seen.push(`release ${n}`),
      settle: (n, used) => void seen.push(`settle ${n} ${used}`),
    };
    const bucket = new TokenBucket({ rate: 1, capacity: 3, initial: 0, clock });
    const both = allOf(bucket, foreign);
    await expect(both.acquire(2, { maxWait: 10 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    expect(await both.tryAcquire()).toBe(false);
    expect(seen).toEqual(['acquire 2', 'settle 2 0', 'release 2', 'try 1', 'settle 1 0', 'release 1']);
    await expect(both.acquire(4)).rejects.toThrow(RangeError);
    expect(seen).toHaveLength(6);
  });

  test('throws for a value that is not a limiter, and for limiters on different clocks', () => {
    const bucket = new TokenBucket({ rate: 1, clock });
    expect(() => allOf()).toThrow(new TypeError('allOf takes at least one rate limiter, got none'));
    expect(() => allOf(bucket, {} as never)).toThrow('allOf takes rate limiters');
    expect(() => allOf(bucket, { for: () => bucket } as never)).toThrow(TypeError);
    expect(() => allOf(bucket, new TokenBucket({ rate: 1 }))).toThrow('allOf takes limiters with one clock object');
  });

  test('grants at once in test mode, although callers wait from before', async () => {
    const bucket = new TokenBucket({ rate: 0, clock });
    const both = allOf(bucket, perSecond());
    ask('before', both);
    ask('alone', bucket);
    const restore = setTesting();
    try {
      await expect(both.acquire()).resolves.toBe(0);
      expect(both.tryAcquire()).toBe(true);
    } finally {
      restore();
    }
  });

  test('grants at once in test mode', async () => {
    const restore = setTesting();
    try {
      const slots = new ConcurrencyLimiter({ limit: 1, clock });
      const both = allOf(new TokenBucket({ rate: 0, clock }), slots);
      await both.acquire();
      await both.acquire();
      both.release(2);
      expect(slots.inFlight).toBe(0);
    } finally {
      restore();
    }
  });
});
