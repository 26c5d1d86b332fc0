import { ConcurrencyLimiter, SlidingWindow, TokenBucket, TokenBuckets } from 'tenax';

const WINDOW = 'use a SlidingWindow or TokenBucket.forWindow({ limit, window, burst })';
const SLOTS = 'use a ConcurrencyLimiter with a limit';

describe('an option that another limiter has: the error names what to use', () => {
  test.each([
    ['limit', WINDOW],
    ['window', WINDOW],
    ['burst', WINDOW],
    ['interval', WINDOW],
    ['intervalCap', WINDOW],
    ['tokensPerInterval', WINDOW],
    ['reservoir', WINDOW],
    ['reservoirRefreshAmount', WINDOW],
    ['reservoirRefreshInterval', WINDOW],
    ['minTime', 'use a TokenBucket with a rate and capacity: 1'],
    ['concurrency', SLOTS],
    ['maxConcurrent', SLOTS],
    ['highWater', 'use maxPending'],
    ['timeout', 'use maxWait where the limit is acquired, or attemptTimeout of a policy'],
  ])('%s', (name, use) => {
    expect(() => new TokenBucket({ rate: 1, [name]: 5 })).toThrow(`TokenBucket has no option "${name}"; ${use}`);
    expect(() => new TokenBuckets({ rate: 1, [name]: 5 })).toThrow(`TokenBuckets has no option "${name}"; ${use}`);
  });

  test('by every kind of limiter', () => {
    expect(() => new SlidingWindow({ limit: 1, window: 1000, maxConcurrent: 2 } as never)).toThrow(SLOTS);
    expect(() => new ConcurrencyLimiter({ limit: 1, interval: 1000 } as never)).toThrow(WINDOW);
  });
});
