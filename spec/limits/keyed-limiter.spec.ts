import { TokenBucket, TokenBuckets, retry, stop } from 'tenax';
import { isRateLimiter, limiterFor, readLimits } from '../../lib/limits/keyed-limiter.js';

const bucket = new TokenBucket({ rate: 1 });
const keyed = { for: () => bucket };

describe('limits of a policy', () => {
  test('are a limiter, one for each key, one with costs, or a list of them', () => {
    const cost = () => 2;
    expect(readLimits('limiter', bucket)).toEqual([{ limiter: bucket, cost: undefined, settle: undefined }]);
    expect(readLimits('limiter', [bucket, keyed, { limiter: bucket, cost }]).map((entry) => entry.limiter)).toEqual([
      bucket,
      keyed,
      bucket,
    ]);
    expect(readLimits('limiter', { limiter: keyed, cost })[0]?.cost).toBe(cost);
  });

  test.each([
    [[], 'takes a rate limiter or a list of them, got an empty list'],
    [5, 'takes a rate limiter'],
    [{ limiter: 5 }, 'limiter: limiter takes a rate limiter'],
    [{ limiter: bucket, cost: 5 }, 'limiter: cost takes a function of the request'],
    [{ limiter: bucket, settle: 5 }, 'limiter: settle takes a function of the response and the request'],
    [{ limiter: bucket, costs: () => 1 }, 'has no option'],
  ])('are refused with a TypeError that names the option: %p', (given, message) => {
    expect(() => readLimits('limiter', given)).toThrow(message);
    expect(() => readLimits('limiter', given)).toThrow(TypeError);
  });

  test('limiterFor passes the request to a keyed limiter, and returns any other limiter itself', () => {
    const buckets = new TokenBuckets({ rate: 1, key: (request: { user: string }) => request.user });
    expect(limiterFor(buckets, { user: 'ann' })).toBe(buckets.get('ann'));
    expect(limiterFor(bucket, { user: 'ann' })).toBe(bucket);
    expect([bucket, keyed, undefined, null, 5].map(isRateLimiter)).toEqual([true, false, false, false, false]);
  });

  test.each([
    () => undefined,
    () => null,
    () => 5,
    () => ({}),
    async () => bucket,
    async () => Promise.reject(new Error()),
  ])('limiterFor refuses what a keyed limiter returns in place of a limiter: %p', async (own) => {
    const limiter = { for: own } as never;
    expect(() => limiterFor(limiter, {})).toThrow(/^for must return a rate limiter, got /);
    await expect(retry(() => 1, { limiter, stop: stop.afterAttempt(3) })()).rejects.toMatchObject({
      code: 'TENAX_POLICY',
      option: 'limiter',
    });
  });
});
