import { TokenBucket, TokenBuckets, type RateLimiter, type RequestLike } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('The buckets of TokenBuckets', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  const same: [RequestLike, RequestLike][] = [
    [{ url: 'https://one.example/a?b#c' }, { url: 'https://one.example/' }],
    [{ url: '/items', baseURL: 'https://one.example/api' }, { url: 'https://one.example/' }],
    [{ baseURL: 'https://one.example/api' }, { url: 'https://one.example/' }],
    [{ url: 'HTTPS://ONE.EXAMPLE/x' }, { url: 'https://one.example/' }],
    [{ url: 'https://user:password@one.example/' }, { url: 'https://one.example/' }],
    [{ url: '//one.example/items' }, { url: 'https://one.example/' }],
    [{ url: 'items:search', baseURL: 'https://one.example' }, { url: 'https://one.example/' }],
    [{ url: '/to?next=https://two.example', baseURL: 'https://one.example' }, { url: 'https://one.example/' }],
    [{ url: '/only' }, {}],
    [{ url: '/only', baseURL: '/api' }, {}],
    [{ url: 'http://' }, {}],
  ];
  test.each(same)('are one for %j and %j', (one, other) => {
    const buckets = new TokenBuckets({ rate: 1, clock });
    expect(buckets.for(one)).toBe(buckets.for(other));
    expect(buckets.for(one)).toBeInstanceOf(TokenBucket);
  });

  const apart: [RequestLike, RequestLike][] = [
    [{ url: 'https://one.example/' }, { url: 'https://one.example:8443/' }],
    [{ url: 'https://one.example/' }, { url: 'https://two.example/', baseURL: 'https://one.example' }],
    [{ url: 'http://localhost/' }, { url: '/only' }],
    [{ url: 'http://localhost/' }, {}],
  ];
  test.each(apart)('are two for %j and %j', (one, other) => {
    const buckets = new TokenBuckets({ rate: 1, clock });
    expect(buckets.for(one)).not.toBe(buckets.for(other));
  });

  test('have the given options', async () => {
    const buckets = new TokenBuckets({ rate: 10, capacity: 5, initial: 3, adaptive: true, clock });
    const bucket = buckets.get('a') as TokenBucket;
    expect([bucket.rate, bucket.capacity, bucket.available]).toEqual([10, 5, 3]);
    await clock.advance(100);
    expect(bucket.available).toBe(4);
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(7);
  });

  test('are made by the option `bucket`', () => {
    const buckets = new TokenBuckets({
      bucket: (key) => new TokenBucket({ rate: key === 'paying' ? 100 : 1, clock }),
      key: (user: string) => user,
      clock,
    });
    expect((buckets.for('paying') as TokenBucket).rate).toBe(100);
    expect((buckets.for('free') as TokenBucket).rate).toBe(1);
  });

  test('are plain buckets if `bucket` is undefined', () => {
    const buckets = new TokenBuckets({ rate: 10, bucket: undefined, clock });
    expect((buckets.get('a') as TokenBucket).rate).toBe(10);
  });

  const made = (): RateLimiter => new TokenBucket({ rate: 1 });
  const ALL = 'key, maxIdle, bucket, clock';
  test.each<[unknown, string]>([
    [5, `TokenBuckets takes an object with ${ALL}, rate, capacity, initial, adaptive, maxPending, unit, got 5`],
    [
      undefined,
      `TokenBuckets takes an object with ${ALL}, rate, capacity, initial, adaptive, maxPending, unit, got undefined`,
    ],
    [null, `TokenBuckets takes an object with ${ALL}, rate, capacity, initial, adaptive, maxPending, unit, got null`],
    [{}, 'TokenBucket: rate takes a finite number ≥ 0, got undefined'],
    [{ rate: -1 }, 'TokenBucket: rate takes a finite number ≥ 0, got -1'],
    [{ rate: 1, maxIdle: -1 }, 'TokenBuckets: maxIdle takes a duration in milliseconds (a number ≥ 0), got -1'],
    [{ rate: 1, key: 'host' }, 'TokenBuckets: key takes a function of the request that returns a string, got "host"'],
    [{ rate: 1, maxidle: 1 }, 'TokenBuckets has no option "maxidle"; did you mean "maxIdle"?'],
    [
      { rate: 1, quota: 1 },
      `TokenBuckets has no option "quota"; it takes ${ALL}, rate, capacity, initial, adaptive, maxPending, unit`,
    ],
    [{ rate: 1, bucket: made }, `TokenBuckets has no option "rate"; it takes ${ALL}`],
    [{ bucket: 1 }, 'TokenBuckets: bucket takes a function of the key that returns a rate limiter, got 1'],
    [{ bucket: null }, 'TokenBuckets: bucket takes a function of the key that returns a rate limiter, got null'],
    [{ rate: 1, clock: 1 }, 'TokenBuckets: clock takes a clock, an object with now() and sleep(ms, signal), got 1'],
    [
      { bucket: made, clock: 1 },
      'TokenBuckets: clock takes a clock, an object with now() and sleep(ms, signal), got 1',
    ],
  ])('cannot be had with %j', (options, message) => {
    expect(() => new TokenBuckets(options as never)).toThrow(new Error(message));
  });

  test('throw for a key that is not a string, and for a value that is not a limiter', () => {
    expect(() => new TokenBuckets({ rate: 1, key: () => 5 as never }).for({})).toThrow(
      new TypeError('TokenBuckets: key must return a string, got 5'),
    );
    expect(() => new TokenBuckets({ bucket: () => ({}) as never }).for({})).toThrow(
      new TypeError('TokenBuckets: bucket takes a rate limiter (new TokenBucket({ rate: 10 })), got an object'),
    );
  });
});
