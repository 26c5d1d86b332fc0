import { TokenBucket, type Clock, type RateLimiter } from 'tenax';
import { recipe } from './recipe.js';
import { Leaky } from './server-limits.js';
import { VirtualApi, type Handler } from './virtual-api.js';

const MINUTE = 60_000;
const { aws } = recipe<{ aws: (rate: number, clock: Clock) => RateLimiter }>('aws');
const call = () => ({ url: 'https://ec2.eu-central-1.amazonaws.com/?Action=DescribeInstances' });

const server = (): Handler => {
  const bucket = new Leaky(5, 50);
  return (_request, clock) =>
    bucket.take(clock.now()) ? {} : { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' } };
};

describe('the recipe for AWS', () => {
  test('spends a published bucket without a refusal', async () => {
    const api = new VirtualApi(server());
    const limiter = new TokenBucket({ rate: 5, capacity: 49.5, clock: api.clock });
    await api.load(limiter, call, { callers: 10, ms: 5 * MINUTE });
    expect(api.refused).toBe(0);
    expect(api.succeeded / (50 + 300 * 5)).toBeGreaterThanOrEqual(0.98);
  });

  test('finds the rate of a service that publishes none, with a refusal in sixteen at most', async () => {
    const api = new VirtualApi(server());
    await api.load(aws(10, api.clock), call, { callers: 10, ms: 5 * MINUTE });
    expect(api.refused / api.succeeded).toBeLessThan(1 / 16);
    expect(api.succeeded / (50 + 300 * 5)).toBeGreaterThanOrEqual(0.98);
  });
});
