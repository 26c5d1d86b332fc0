import { before, retry, TokenBucket, TokenBuckets, type RetryCallState } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('TokenBuckets', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  test('hold one bucket for each key, made when it is first asked for', async () => {
    const buckets = new TokenBuckets({ key: ({ user }: { user: string }) => user, rate: 1, capacity: 2, clock });
    expect(buckets.size).toBe(0);
    expect(await buckets.for({ user: 'a' }).tryAcquire(2)).toBe(true);
    expect(await buckets.for({ user: 'a' }).tryAcquire()).toBe(false);
    expect(await buckets.for({ user: 'b' }).tryAcquire()).toBe(true);
    expect(buckets.for({ user: 'a' })).toBe(buckets.get('a'));
    expect(buckets.size).toBe(2);
  });

  test('are told apart by host unless a key is named', () => {
    const buckets = new TokenBuckets({ rate: 1, clock });
    const one = buckets.for({ url: 'https://one.example/a?b#c' });
    expect(buckets.for({ url: '/items', baseURL: 'https://one.example/api' })).toBe(one);
    expect(buckets.for({ url: 'HTTPS://ONE.EXAMPLE/x' })).toBe(one);
    expect(buckets.for({ url: 'https://user:password@one.example/' })).toBe(one);
    expect(buckets.for({ url: 'https://one.example:8443/' })).not.toBe(one);
    expect(buckets.for({ url: 'https://two.example/', baseURL: 'https://one.example' })).not.toBe(one);
    expect(buckets.for({ url: '/only' })).toBe(buckets.for({}));
    expect(buckets.for({ url: 'http://' })).toBeInstanceOf(TokenBucket);
  });

  test('let a bucket go when it is full, unused for maxIdle and unpaused, and then only', async () => {
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

  test('never admit more by forgetting', async () => {
    const buckets = new TokenBuckets({ rate: 1, capacity: 3, maxIdle: 0, clock });
    let granted = 0;
    for (let i = 0; i < 100; i += 1) {
      for (const key of ['a', 'b']) if (await buckets.get(key).tryAcquire()) granted += 1;
      await clock.advance(100);
    }
    expect(granted).toBeLessThanOrEqual(2 * (3 + 10));
    expect(granted).toBeGreaterThanOrEqual(2 * (3 + 9));
  });

  test('stay few, however many keys pass by', async () => {
    const buckets = new TokenBuckets({ rate: 10, maxIdle: 1000, clock });
    for (let i = 0; i < 5000; i += 1) {
      void buckets.get(`user ${i}`).acquire();
      if (i % 10 === 0) await clock.advance(100);
    }
    expect(buckets.size).toBeLessThan(150);
  });

  test('take a function that makes the limiter of a key', () => {
    const buckets = new TokenBuckets({
      bucket: (key) => new TokenBucket({ rate: key === 'paying' ? 100 : 1, clock }),
      key: (user: string) => user,
      clock,
    });
    expect((buckets.for('paying') as TokenBucket).rate).toBe(100);
    expect((buckets.for('free') as TokenBucket).rate).toBe(1);
  });

  test('refuse wrong options when they are made, and a wrong key when it is answered', () => {
    const wrong: [object, string][] = [
      [{}, 'rate'],
      [{ rate: -1 }, 'TokenBucket: rate'],
      [{ rate: 1, maxIdle: -1 }, 'TokenBuckets: maxIdle'],
      [{ rate: 1, key: 'host' }, 'TokenBuckets: key takes a function'],
      [{ rate: 1, maxidle: 1 }, 'did you mean "maxIdle"?'],
      [{ rate: 1, bucket: () => new TokenBucket({ rate: 1 }) }, 'TokenBuckets has no option "rate"'],
      [{ bucket: 1 }, 'TokenBuckets: bucket takes a function'],
      [{ rate: 1, clock: 1 }, 'TokenBuckets: clock'],
    ];
    for (const [options, message] of wrong) expect(() => new TokenBuckets(options as never)).toThrow(message);
    expect(() => new TokenBuckets({ rate: 1, key: () => 5 as never }).for({})).toThrow('key must answer a string');
    expect(() => new TokenBuckets({ bucket: () => ({}) as never }).for({})).toThrow('TokenBuckets: bucket takes');
  });

  test('stand in before.acquire, where the key is of the call', async () => {
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
});
