import { ConcurrencyLimiter, SlidingWindow, TokenBucket, type RateFeedback, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { reportAll } from '../../lib/limits/report';

describe('A response reported to several limiters', () => {
  let clock: VirtualClock;
  let second: SlidingWindow;
  let minute: SlidingWindow;
  let day: SlidingWindow;
  let tokens: TokenBucket;
  let all: RateLimiter[];
  beforeEach(() => {
    clock = new VirtualClock();
    second = new SlidingWindow({ limit: 100, window: 1000, clock });
    minute = new SlidingWindow({ limit: 100, window: 60_000, clock });
    day = new SlidingWindow({ limit: 100, window: 86_400_000, clock });
    tokens = new TokenBucket({ rate: 100, capacity: 100, unit: 'tokens', clock });
    all = [day, tokens, second, minute];
  });
  const left = (feedback: RateFeedback): number[] => {
    reportAll(all, feedback);
    return [second, minute, day, tokens].map(({ available }) => available);
  };

  test.each<[string, RateFeedback, number[]]>([
    ['the shortest without a reset', { rateLimits: [{ remaining: 5 }] }, [5, 100, 100, 100]],
    ['the shortest not below the reset', { rateLimits: [{ remaining: 5, reset: 30_000 }] }, [100, 5, 100, 100]],
    ['the one whose time is the reset', { rateLimits: [{ remaining: 5, reset: 60_000 }] }, [100, 5, 100, 100]],
    ['the longest if all are below', { rateLimits: [{ remaining: 5, reset: 1e9 }] }, [100, 100, 5, 100]],
    ['one of its unit', { rateLimits: [{ unit: 'tokens', remaining: 5, reset: 30_000 }] }, [100, 100, 100, 5]],
    ['none of another unit', { rateLimits: [{ unit: 'input-tokens', remaining: 5 }] }, [100, 100, 100, 100]],
    ['one for each limit', { rateLimits: [{ remaining: 7 }, { remaining: 9, reset: 50_000 }] }, [7, 9, 100, 100]],
    ['the same for `rateLimit`', { rateLimit: { remaining: 5 } }, [5, 100, 100, 100]],
  ])('lowers %s', (_, feedback, expected) => {
    expect(left({ status: 200, ...feedback })).toEqual(expected);
  });

  test('lowers the bucket whose configured rate fills it in the time of the reset', () => {
    const slow = new TokenBucket({ rate: 0.1, capacity: 10, clock });
    const fast = new TokenBucket({ rate: 10, capacity: 10, clock });
    fast.rate = 0;
    const buckets = [slow, minute, fast];
    const available = (): number[] => buckets.map((each) => each.available);
    reportAll(buckets, { status: 200, rateLimits: [{ remaining: 5, reset: 90_000 }] });
    expect(available()).toEqual([5, 100, 10]);
    reportAll(buckets, { status: 200, rateLimits: [{ remaining: 4 }] });
    expect(available()).toEqual([5, 100, 4]);
  });

  /** A limiter of another make, and what it is told. */
  const foreign = (properties: object = {}): RateLimiter & { told: RateFeedback[] } => {
    const told: RateFeedback[] = [];
    return {
      acquire: async () => 0,
      tryAcquire: () => true,
      report: (each: RateFeedback) => void told.push(each),
      told,
      ...properties,
    };
  };

  test('without limits is told to foreign limiters as it is', () => {
    const other = foreign();
    const feedback = { status: 200, rateLimits: 5 as never };
    reportAll([other, minute], feedback);
    expect(other.told[0]).toBe(feedback);
  });

  test('warns of no foreign limiter without report', () => {
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    reportAll([foreign({ report: undefined }), minute], { status: 200 });
    expect(warning).not.toHaveBeenCalled();
    warning.mockRestore();
  });

  test('lowers nothing for a unit that nobody counts, with or without a reset', () => {
    expect(left({ status: 200, rateLimits: [{ unit: 'other', remaining: 5, reset: 9 }] })).toEqual([
      100, 100, 100, 100,
    ]);
  });

  test('is not chosen by a rate or a capacity alone, but by both', () => {
    const others = [foreign({ rate: 1 }), foreign({ capacity: 1 }), foreign({ rate: 0.1, capacity: 10 })];
    const fast = foreign({ rate: 10, capacity: 10 });
    const limits = [{ remaining: 5, reset: 90_000 }];
    reportAll([...others, fast, minute], { status: 200, rateLimits: limits });
    expect([...others, fast].map(({ told }) => told[0]?.rateLimits)).toEqual([[], [], limits, []]);
    expect(minute.available).toBe(100);
  });

  test.each([{ rate: 1 }, { capacity: 1 }])('without a reset is not for a limiter with %p alone', (properties) => {
    reportAll([foreign(properties), minute], { status: 200, rateLimits: [{ remaining: 5 }] });
    expect(minute.available).toBe(5);
  });

  test('lowers a bucket that never fills where all others fill too early', () => {
    const never = new TokenBucket({ rate: 0, capacity: 10, clock });
    reportAll([minute, never], { status: 200, rateLimits: [{ remaining: 5, reset: 1e9 }] });
    expect([minute.available, never.available]).toEqual([100, 5]);
  });

  const paused = async (ms: number): Promise<boolean[]> => {
    await clock.advance(ms);
    return [second, minute, day, tokens].map((limiter) => !limiter.tryAcquire());
  };

  test('with nothing left until a reset pauses every limiter of the unit, but lowers only one', async () => {
    reportAll(all, { status: 200, rateLimits: [{ remaining: 0, reset: 500 }] });
    expect(await paused(499)).toEqual([true, true, true, false]);
    expect([second, minute, day].map(({ available }) => available)).toEqual([0, 100, 100]);
    expect(await paused(1)).toEqual([false, false, false, false]);
  });

  test('with a refusal and a time pauses limiters of every unit, and slots', async () => {
    const slots = new ConcurrencyLimiter({ limit: 5, clock });
    reportAll([...all, slots], { status: 429, retryAfter: 500, rateLimits: [{ unit: 'tokens', remaining: 3 }] });
    expect(slots.tryAcquire()).toBe(false);
    expect(await paused(499)).toEqual([true, true, true, true]);
    expect(await paused(1)).toEqual([false, false, false, false]);
  });

  test('passes the limits of its unit to a foreign limiter', () => {
    const seen: RateFeedback[] = [];
    const foreign = {
      acquire: async () => 0,
      tryAcquire: () => true,
      report: (each: RateFeedback) => void seen.push(each),
    };
    reportAll([foreign, minute], { status: 200, rateLimits: [{ remaining: 5 }, { remaining: 0, reset: 9 }] });
    expect(seen).toEqual([{ status: 200, rateLimits: [{ remaining: 0, reset: 9 }] }]);
  });

  test('chooses a foreign limiter by its rate and capacity, and lowers no limiter without a remaining count', () => {
    const seen: (readonly [string, RateFeedback])[] = [];
    const foreign = (name: string, properties: object): RateLimiter => ({
      acquire: async () => 0,
      tryAcquire: () => true,
      report: (each) => void seen.push([name, each]),
      ...properties,
    });
    const limits = [{ remaining: 5, reset: 10_000 }, { reset: 500 }];
    reportAll([foreign('slow', { rate: 1, capacity: 10 }), foreign('fast', { rate: 10, capacity: 10 }), minute], {
      status: 200,
      rateLimits: limits,
    });
    expect(seen).toEqual([
      ['slow', { status: 200, rateLimits: limits }],
      ['fast', { status: 200, rateLimits: [{ reset: 500 }] }],
    ]);
    expect(minute.available).toBe(100);
  });
});
