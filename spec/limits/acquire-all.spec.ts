import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { allOf, ConcurrencyLimiter, RateLimitTimeoutError, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { acquireAll, tryAcquireAll } from '../../lib/limits/acquire-all.js';
import { newAskLog } from './ask-log';

describe('acquireAll', () => {
  const owner = {};
  let clock: VirtualClock;
  let bucket: TokenBucket;
  let window: SlidingWindow;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 1, capacity: 10, clock });
    window = new SlidingWindow({ limit: 10, window: 1000, clock });
  });

  /** A foreign limiter (not tenax's own) that records its calls. */
  function foreign(log: string[], grants = true): RateLimiter {
    return {
      acquire: async (tokens = 1) => {
        log.push(`acquire ${tokens}`);
        if (!grants) throw new Error('refused');
        return 5;
      },
      tryAcquire: (tokens = 1) => {
        log.push(`try ${tokens}`);
        return grants;
      },
      settle: (acquired, used) => void log.push(`settle ${acquired} ${used}`),
      release: (tokens = 1) => void log.push(`release ${tokens}`),
    };
  }

  test('takes different numbers of each limit at once', () => {
    const claims = [
      { limiter: bucket, tokens: 2 },
      { limiter: window, tokens: 3 },
    ];
    expect(acquireAll(owner, claims, {})).toBe(0);
    expect([bucket.available, window.available]).toEqual([8, 7]);
  });

  test('charges a limit twice that is listed twice', () => {
    const claim = { limiter: bucket, tokens: 4 };
    expect(acquireAll(owner, [claim, claim], {})).toBe(0);
    expect(bucket.available).toBe(2);
    expect(() => acquireAll(owner, [claim, claim, claim], {})).toThrow(RangeError);
  });

  test('acquires foreign limiters first, and gives their tokens back if the rest is refused', async () => {
    const log: string[] = [];
    await window.acquire(10);
    const claims = [
      { limiter: window, tokens: 1 },
      { limiter: foreign(log), tokens: 2 },
    ];
    await expect(acquireAll(owner, claims, { maxWait: 100 })).rejects.toThrow(RateLimitTimeoutError);
    expect(log).toEqual(['acquire 2', 'settle 2 0', 'release 2']);
  });

  test('takes nothing from tenax’s limiters while a foreign one refuses', async () => {
    const log: string[] = [];
    const claims = [
      { limiter: bucket, tokens: 1 },
      { limiter: foreign(log, false), tokens: 2 },
    ];
    await expect(acquireAll(owner, claims, {})).rejects.toThrow('refused');
    expect(await tryAcquireAll(owner, claims)).toBe(false);
    expect([log, bucket.available]).toEqual([['acquire 2', 'try 2'], 10]);
  });

  test('does not call foreign limiters for a cost that can never be granted', async () => {
    const log: string[] = [];
    const claims = [
      { limiter: foreign(log), tokens: 1 },
      { limiter: bucket, tokens: 11 },
    ];
    await expect(acquireAll(owner, claims, {})).rejects.toThrow(RangeError);
    expect(log).toEqual([]);
  });

  test('gives back what a limiter of another make granted after the signal had aborted', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const slow: RateLimiter = {
      ...foreign(log),
      acquire: async () => {
        controller.abort('stopped');
        return 5;
      },
    };
    const claims = [
      { limiter: slow, tokens: 2 },
      { limiter: bucket, tokens: 1 },
    ];
    await expect(acquireAll(owner, claims, { signal: controller.signal })).rejects.toBe('stopped');
    expect([log, bucket.available]).toEqual([['settle 2 0', 'release 2'], 10]);
  });

  test('publishes a grant of each limiter, also where nobody has to wait', async () => {
    const seen: unknown[] = [];
    const see = (message: unknown): void => void seen.push(message);
    subscribe('tenax:limiter', see);
    try {
      await allOf(bucket, window).acquire(2);
    } finally {
      unsubscribe('tenax:limiter', see);
    }
    expect(seen).toEqual([
      { limiter: bucket, tokens: 2, waited: 0 },
      { limiter: window, tokens: 2, waited: 0 },
    ]);
  });

  test('gives foreign limiters the options of the caller, with what is left of maxWait, and adds up all waits', async () => {
    const seen: unknown[] = [];
    const slow = (waited: unknown): RateLimiter => ({
      acquire: async (_tokens, options) => (seen.push(options), waited as number),
      tryAcquire: () => true,
    });
    const options = { priority: 1 };
    const claims = [slow(5), slow(undefined), slow(7)].map((limiter) => ({ limiter, tokens: 1 }));
    expect(await acquireAll(owner, claims, options)).toBe(12);
    expect(seen.every((each) => each === options)).toBe(true);
    seen.length = 0;
    await acquireAll(owner, claims, { maxWait: 11, priority: 1 });
    expect(seen).toEqual([11, 6, 6].map((maxWait) => ({ maxWait, priority: 1 })));
    seen.length = 0;
    await acquireAll(owner, claims, { maxWait: 4 });
    expect(seen).toEqual([{ maxWait: 4 }, { maxWait: 0 }, { maxWait: 0 }]);
    await bucket.acquire(10);
    const waited = acquireAll(owner, [...claims, { limiter: bucket, tokens: 1 }], {});
    await clock.advance(1001);
    expect(Math.round(await waited)).toBe(1012);
  });

  test('warns where a foreign limiter cannot take back what it granted, not where it has no method for that', async () => {
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const fail = (): never => {
      throw new Error('broken');
    };
    const bare: RateLimiter = { acquire: async () => 0, tryAcquire: () => true };
    const claims = [bare, { ...bare, settle: fail, release: fail }, foreign([], false)].map((limiter) => ({
      limiter,
      tokens: 1,
    }));
    await expect(acquireAll(owner, claims, {})).rejects.toThrow('refused');
    expect(warning.mock.calls.map(([message]) => message)).toEqual([
      'settle of a limiter failed, nothing was changed: broken',
      'release of a limiter failed, nothing was changed: broken',
    ]);
    warning.mockRestore();
  });

  test('tryAcquireAll gives back what foreign limiters granted only if a later one refuses', async () => {
    const [first, second]: string[][] = [[], []];
    const demand = (limiter: RateLimiter) => ({ limiter, tokens: 2 });
    expect(await tryAcquireAll(owner, [demand(foreign(first!)), demand(foreign(second!, false))])).toBe(false);
    expect([first, second]).toEqual([['try 2', 'settle 2 0', 'release 2'], ['try 2']]);
    first!.length = 0;
    expect(await tryAcquireAll(owner, [demand(foreign(first!)), demand(bucket)])).toBe(true);
    expect([first, bucket.available]).toEqual([['try 2'], 8]);
  });

  test.each([
    ['more limits', ['bucket', 'window', 'slots']],
    ['fewer limits', ['bucket', 'window']],
    ['other limits', ['bucket', 'slots']],
  ])('charges the right limits when an owner’s earlier caller waits for %s', async (_, later) => {
    const slots = new ConcurrencyLimiter({ limit: 10, clock });
    window = new SlidingWindow({ limit: 10, window: 60_000, clock });
    const limits: Record<string, TokenBucket | SlidingWindow | ConcurrencyLimiter> = { bucket, window, slots };
    const demands = (names: string[]) => names.map((name) => ({ limiter: limits[name] as RateLimiter, tokens: 2 }));
    await bucket.acquire(10);
    const earlier = later.includes('slots') ? ['bucket', 'window'] : ['bucket', 'window', 'slots'];
    const both = [acquireAll(owner, demands(earlier), {}), acquireAll(owner, demands(later), {})];
    await clock.advance(4001);
    await Promise.all(both);
    const uses = (name: string): number => [earlier, later].filter((names) => names.includes(name)).length;
    expect([slots.inFlight, window.available]).toEqual([2 * uses('slots'), 10 - 2 * uses('window')]);
  });

  test('tryAcquireAll takes all or nothing', () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const claims = [
      { limiter: bucket, tokens: 1 },
      { limiter: slots, tokens: 1 },
    ];
    expect(tryAcquireAll(owner, claims)).toBe(true);
    expect(tryAcquireAll(owner, claims)).toBe(false);
    expect([bucket.available, slots.inFlight]).toEqual([9, 1]);
  });
});

describe('leastWait of a newcomer', () => {
  test('counts waiters before it with equal and with different costs', async () => {
    const clock = new VirtualClock();
    const owner = {};
    const one = new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock });
    const other = new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock });
    const claim = (first: number, second: number, maxWait = Infinity) =>
      acquireAll(
        owner,
        [
          { limiter: one, tokens: first },
          { limiter: other, tokens: second },
        ],
        maxWait === Infinity ? {} : { maxWait },
      );
    const waiting = [claim(2, 2), claim(1, 4), claim(3, 3)];
    // 2 + 4 + 3 of the second, and its own.
    await expect(claim(1, 1, 9999)).rejects.toThrow(RateLimitTimeoutError);
    const last = claim(1, 1, 10_001);
    await clock.advance(11_000);
    expect((await Promise.all([...waiting, last])).map(Math.round)).toEqual([2000, 6000, 9000, 10_000]);
  });

  test('counts the cost of each member for a newcomer whose costs differ', async () => {
    const clock = new VirtualClock();
    const [one, other] = [
      new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock }),
      new TokenBucket({ rate: 1, clock }),
    ];
    const claims = [
      { limiter: one, tokens: 3 },
      { limiter: other, tokens: 1 },
    ];
    await expect(acquireAll({}, claims, { maxWait: 2999 })).rejects.toMatchObject({ wait: 3000 });
    const granted = acquireAll({}, claims, { maxWait: 3000 });
    await clock.advance(3001);
    expect(await granted).toBeCloseTo(3000);
  });

  test('counts the first caller of another queue if it waits for the same limit', async () => {
    const { clock, ask, log } = newAskLog();
    const bucket = new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock });
    const free = (): RateLimiter => new TokenBucket({ rate: 10, clock });
    const busy = new ConcurrencyLimiter({ limit: 4, clock });
    await busy.acquire(4);
    // Nobody knows when this one is granted.
    ask('busy', allOf(bucket, busy), 4);
    ask('both', allOf(bucket, free()), 2);
    await expect(bucket.acquire(1, { maxWait: 2999 })).rejects.toMatchObject({ wait: 3000 });
    ask('urgent', bucket, 1, { maxWait: 1500, priority: 1 });
    await clock.advance(4000);
    expect(log).toEqual(['urgent at 1000', 'both at 3000']);
  });

  test('counts only the first caller of the other queues, by priority', async () => {
    const { clock, ask } = newAskLog();
    const bucket = new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock });
    const free = (): RateLimiter => new TokenBucket({ rate: 10, clock });
    ask('urgent', allOf(bucket, free()), 3, { priority: 1 });
    ask('other', allOf(bucket, free()), 1);
    await expect(bucket.acquire(1, { maxWait: 3500 })).rejects.toMatchObject({ wait: 4000 });
  });

  test('does not count a caller that waits longer for another limit', async () => {
    const { clock, ask, log } = newAskLog();
    const bucket = new TokenBucket({ rate: 1, capacity: 10, initial: 0, clock });
    ask('slow', allOf(bucket, new TokenBucket({ rate: 0.1, initial: 0, clock })));
    ask('alone', bucket, 1, { maxWait: 1500 });
    await clock.advance(10_001);
    expect(log).toEqual(['alone at 1000', 'slow at 10000']);
  });
});
