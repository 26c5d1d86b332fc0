import { before, retry, stop, TokenBucket, TokenBuckets, type RateLimiter, type RetryCallState } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('TokenBuckets', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  test('hold one bucket for each key, made at first use', async () => {
    const buckets = new TokenBuckets({ key: ({ user }: { user: string }) => user, rate: 1, capacity: 2, clock });
    expect(buckets.size).toBe(0);
    expect(await buckets.for({ user: 'a' }).tryAcquire(2)).toBe(true);
    expect(await buckets.for({ user: 'a' }).tryAcquire()).toBe(false);
    expect(await buckets.for({ user: 'b' }).tryAcquire()).toBe(true);
    expect(buckets.for({ user: 'a' })).toBe(buckets.get('a'));
    expect(buckets.size).toBe(2);
  });

  test('drop a list of limiters only if all of them are like new', async () => {
    const used = new TokenBucket({ rate: 0.001, clock });
    used.tryAcquire();
    const buckets = new TokenBuckets({ bucket: () => [new TokenBucket({ rate: 1, clock }), used], maxIdle: 10, clock });
    buckets.get('a');
    await clock.advance(10);
    buckets.get('b');
    expect(buckets.size).toBe(2);
  });

  test('drop a bucket only if it is full, not paused and unused for maxIdle', async () => {
    const buckets = new TokenBuckets({ rate: 1, capacity: 10, maxIdle: 1000, clock });
    const use = (key: string): TokenBucket => buckets.get(key) as TokenBucket;
    use('idle');
    use('empty').tryAcquire(10);
    use('paused').pauseFor(60_000);
    use('faster').rate = 5;
    use('waited for').tryAcquire(10);
    void use('waited for').acquire(10);
    await clock.advance(2000);
    for (let i = 0; i < 10; i += 1) use('other');
    expect(buckets.size).toBe(5);
    await clock.advance(8001);
    for (let i = 0; i < 10; i += 1) use('other');
    // Full again: it is no different from a new one.
    expect(buckets.size).toBe(4);
    await clock.advance(60_000);
    for (let i = 0; i < 10; i += 1) use('other');
    expect(buckets.size).toBe(2);
    expect(use('faster').rate).toBe(5);
  });

  test('never admit more by dropping a bucket', async () => {
    const buckets = new TokenBuckets({ rate: 1, capacity: 3, maxIdle: 0, clock });
    let granted = 0;
    for (let i = 0; i < 100; i += 1) {
      for (const key of ['a', 'b']) if (await buckets.get(key).tryAcquire()) granted += 1;
      await clock.advance(100);
    }
    expect(granted).toBeLessThanOrEqual(2 * (3 + 10));
    expect(granted).toBeGreaterThanOrEqual(2 * (3 + 9));
  });

  test('are dropped two at a time, when they were unused for maxIdle', async () => {
    const buckets = new TokenBuckets({ rate: 1, maxIdle: 1000, clock });
    for (const key of ['a', 'b', 'c', 'd', 'e']) buckets.get(key);
    await clock.advance(999);
    buckets.get('e');
    expect(buckets.size).toBe(5);
    await clock.advance(1);
    buckets.get('e');
    expect(buckets.size).toBe(3);
    buckets.get('e');
    expect(buckets.size).toBe(1);
    buckets.get('e');
    expect(buckets.size).toBe(1);
  });

  test('are kept for a minute by default', async () => {
    const buckets = new TokenBuckets({ rate: 1, clock });
    buckets.get('a');
    await clock.advance(59_999);
    buckets.get('b');
    expect(buckets.size).toBe(2);
    await clock.advance(1);
    buckets.get('b');
    expect(buckets.size).toBe(1);
  });

  test('stay the buckets of their keys while the program refers to them', async () => {
    const buckets = new TokenBuckets({ rate: 1, maxIdle: 1000, clock });
    const first = buckets.get('a');
    await clock.advance(2000);
    buckets.get('b');
    buckets.get('b');
    expect(buckets.size).toBe(1);
    expect(buckets.get('a')).toBe(first);
  });

  test('are never dropped with a maxIdle of Infinity', async () => {
    const buckets = new TokenBuckets({ rate: 1, maxIdle: Infinity, clock });
    buckets.get('a');
    await clock.advance(1e12);
    buckets.get('b');
    expect(buckets.size).toBe(2);
  });

  test('keep the bucket in use, however short maxIdle is', () => {
    const buckets = new TokenBuckets({ rate: 1, maxIdle: 0, clock });
    expect(buckets.get('a')).toBe(buckets.get('a'));
    expect(buckets.size).toBe(1);
  });

  test('are checked again only after another maxIdle if they could not be dropped', async () => {
    let asked = 0;
    const bucket = (): RateLimiter & { readonly idle: boolean } => ({
      acquire: () => Promise.resolve(0),
      tryAcquire: () => true,
      get idle() {
        asked += 1;
        return false;
      },
    });
    const buckets = new TokenBuckets({ bucket, maxIdle: 1000, clock });
    buckets.get('a');
    const after = async (ms: number): Promise<number> => {
      await clock.advance(ms);
      buckets.get('b');
      return asked;
    };
    expect([await after(999), await after(1), await after(0), await after(999), await after(1)]).toEqual([
      0, 1, 1, 1, 2,
    ]);
  });

  test('are never dropped if they have no property `idle`', async () => {
    const bucket = (): RateLimiter => ({ acquire: () => Promise.resolve(0), tryAcquire: () => true });
    const buckets = new TokenBuckets({ bucket, maxIdle: 10, clock });
    const first = buckets.get('a');
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(10);
      buckets.get('b');
    }
    expect(buckets.get('a')).toBe(first);
  });

  test('stay few, however many keys are used', async () => {
    const buckets = new TokenBuckets({ rate: 10, maxIdle: 1000, clock });
    for (let i = 0; i < 5000; i += 1) {
      void buckets.get(`user ${i}`).acquire();
      if (i % 10 === 0) await clock.advance(100);
    }
    expect(buckets.size).toBeLessThan(150);
  });

  test('work in before.acquire, where the key is of the call', async () => {
    const buckets = new TokenBuckets({
      key: ({ args }: RetryCallState) => String(args[0]),
      rate: 1,
      capacity: 1,
      clock,
    });
    const call = retry(async (_user: string) => clock.now(), { before: before.acquire(buckets), clock });
    const calls = Promise.all([call('a'), call('b'), call('a')]);
    await clock.advance(1001);
    await expect(calls).resolves.toEqual([0, 0, expect.closeTo(1000, 2)]);
  });

  test('stand in the limiter option, where the key is of the call', async () => {
    const buckets = new TokenBuckets({
      key: ({ args }: RetryCallState) => String(args[0]),
      rate: 1,
      capacity: 1,
      clock,
    });
    const call = retry(async (_user: string) => clock.now(), { limiter: buckets, stop: stop.never, clock });
    const calls = Promise.all([call('a'), call('b'), call('a')]);
    await clock.advance(1001);
    await expect(calls).resolves.toEqual([0, 0, expect.closeTo(1000, 2)]);
  });
});
