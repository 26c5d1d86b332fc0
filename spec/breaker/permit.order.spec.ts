import {
  Break,
  CircuitBreaker,
  CircuitOpenError,
  PolicyError,
  RateLimitTimeoutError,
  Retry,
  RetryBudget,
  Retrying,
  stop,
  Throttle,
  TokenBucket,
  wait,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { down, fail, settled } from './calls.js';

/** deadline → retry and budget → breaker → before → limits → breaker again → attempt timeout → attempt */
function setUp(failures = 1) {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ failures, clock, breakFor: wait.fixed(10_000) });
  const bucket = new TokenBucket({ rate: 1, capacity: 1, clock });
  const before = jest.fn();
  const retrying = (options: RetryOptions): Retrying =>
    new Retrying({ clock, stop: stop.afterAttempt(1), reraise: true, ...options });
  /** Lets time move until the call has ended. */
  const run = async (promise: Promise<unknown>): Promise<unknown> => {
    let ended = false;
    const end = settled(promise);
    void end.then(() => (ended = true));
    for (let steps = 0; !ended && steps < 100; steps += 1) await clock.next();
    return end;
  };
  return { clock, breaker, bucket, before, retrying, run };
}

const hangs = (): Promise<never> => new Promise(() => undefined);

describe('In an attempt', () => {
  test('the deadline is outside of the retry: it ends the call before a sleep that would end later', async () => {
    const { clock, retrying, run } = setUp();
    const call = retrying({ deadline: 1000, stop: stop.never, wait: wait.fixed(600) }).call(() => Promise.reject(down));
    expect(await run(call)).toBe(down);
    expect(clock.now()).toBe(600);
  });

  test('the deadline is outside of the budget: a retry that it forbids is not spent', async () => {
    const { clock, retrying, run } = setUp();
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 0.1, clock });
    const spent = jest.spyOn(budget, 'tryRetry');
    await run(
      retrying({ deadline: 10, stop: stop.never, wait: wait.fixed(60), budget }).call(() => Promise.reject(down)),
    );
    expect(spent).not.toHaveBeenCalled();
  });

  test('the deadline is outside of the limits: a wait that would end after it is refused at once', async () => {
    const { clock, bucket, retrying, run } = setUp();
    await bucket.acquire();
    const fn = jest.fn();
    expect(await run(retrying({ deadline: 500, limiter: bucket }).call(fn))).toBeInstanceOf(RateLimitTimeoutError);
    expect([clock.now(), fn.mock.calls.length]).toEqual([0, 0]);
  });

  test('the deadline is outside the attempt timeout, and an attempt that it cuts off is neutral for the breaker', async () => {
    const { clock, breaker, retrying, run } = setUp();
    const options = { deadline: 500, attemptTimeout: 1000, breaker };
    expect(await run(retrying(options).call(hangs))).toMatchObject({ limit: 'deadline' });
    expect([clock.now(), breaker.state]).toEqual([500, 'closed']);
  });

  test('the retry is outside of the breaker: each attempt asks it', async () => {
    const { breaker, retrying, run } = setUp(2);
    const fn = jest.fn(() => Promise.reject(down));
    const policy = retrying({ breaker, stop: stop.afterAttempt(5) });
    expect(await run(policy.call(fn))).toBeInstanceOf(CircuitOpenError);
    expect(fn).toHaveBeenCalledTimes(2);
    expect(policy.totals.attempts).toBe(3);
  });

  test('the breaker is outside of the before hooks: a refused attempt runs none', async () => {
    const { breaker, before, retrying, run } = setUp();
    await fail(breaker);
    expect(await run(retrying({ breaker, before }).call(() => 7))).toBeInstanceOf(CircuitOpenError);
    expect(before).not.toHaveBeenCalled();
  });

  test('the breaker is outside the before hooks: an error of a hook is neutral and frees a probe’s permit', async () => {
    const { clock, breaker, retrying, run } = setUp();
    await fail(breaker);
    await clock.advance(10_000);
    const before = (): never => {
      throw new Error('hook');
    };
    expect(await run(retrying({ breaker, before }).call(() => 7))).toBeInstanceOf(PolicyError);
    expect(breaker.state).toBe('half-open');
    expect(await run(retrying({ breaker }).call(() => 7))).toBe(7);
  });

  test('the breaker is outside of the limits: a refused attempt takes no token', async () => {
    const { breaker, bucket, retrying, run } = setUp();
    await fail(breaker);
    expect(await run(retrying({ breaker, limiter: bucket }).call(() => 7))).toBeInstanceOf(CircuitOpenError);
    expect(bucket.available).toBe(1);
  });

  test('the breaker is outside of the limits: their refusal is neutral, and gives a probe its permit back', async () => {
    const { clock, breaker, bucket, retrying, run } = setUp();
    await fail(breaker);
    await clock.advance(10_000);
    await bucket.acquire();
    const refused = retrying({ breaker, limiter: bucket, maxWait: 0 }).call(() => 7);
    expect(await run(refused)).toBeInstanceOf(RateLimitTimeoutError);
    expect(breaker.state).toBe('half-open');
    expect(await run(retrying({ breaker }).call(() => 7))).toBe(7);
  });

  test('the before hooks are outside of the limits', async () => {
    const { bucket, retrying, run } = setUp();
    const seen: number[] = [];
    await run(retrying({ limiter: bucket, before: () => void seen.push(bucket.available) }).call(() => 7));
    expect([seen, bucket.available]).toEqual([[1], 0]);
  });

  test('the breaker is asked once more after a wait for limits, which take their tokens back if it refuses', async () => {
    const { clock, breaker, bucket, retrying } = setUp();
    await bucket.acquire();
    const fn = jest.fn();
    const call = settled(retrying({ breaker, limiter: bucket }).call(fn));
    await clock.advance(500);
    await fail(breaker);
    await clock.advance(500);
    expect(await call).toBeInstanceOf(CircuitOpenError);
    expect([fn.mock.calls.length, bucket.available]).toEqual([0, 1]);
  });

  test('an attempt that waited for the limits while the breaker opened and became half-open is a probe', async () => {
    const { clock, breaker, retrying } = setUp();
    const slow = new TokenBucket({ rate: 0.05, capacity: 1, clock });
    await slow.acquire();
    const call = settled(retrying({ breaker, limiter: slow }).call(hangs));
    await clock.advance(100);
    await fail(breaker);
    await clock.advance(20_000);
    expect(await settled(breaker.run(() => 7))).toBeInstanceOf(CircuitOpenError);
    void call;
  });

  test('the limits are outside of the attempt timeout: their wait does not count', async () => {
    const { clock, bucket, retrying, run } = setUp();
    await bucket.acquire();
    expect(await run(retrying({ limiter: bucket, attemptTimeout: 100 }).call(() => 7))).toBe(7);
    expect(clock.now()).toBe(1000);
  });

  test('the breaker is outside the attempt timeout: an attempt that it cuts off is a failure', async () => {
    const { clock, breaker, retrying, run } = setUp();
    expect(await run(retrying({ breaker, attemptTimeout: 100 }).call(hangs))).toMatchObject({
      limit: 'attemptTimeout',
    });
    expect([clock.now(), breaker.state]).toEqual([100, 'open']);
  });

  test('the attempt timeout is outside of the attempt: it aborts its signal', async () => {
    const { retrying, run } = setUp();
    let signal: AbortSignal | undefined;
    const call = retrying({ attemptTimeout: 100 }).run((attempt) => {
      ({ signal } = attempt);
      return hangs();
    });
    const error = await run(call);
    expect(signal?.reason).toBe(error);
  });

  test('an abort during the wait for limits frees a probe’s permit', async () => {
    const { clock, breaker, bucket, retrying } = setUp();
    await fail(breaker);
    await clock.advance(10_000);
    await bucket.acquire();
    const controller = new AbortController();
    const call = settled(retrying({ breaker, limiter: bucket, signal: controller.signal }).call(() => 7));
    await clock.advance(1);
    controller.abort(new Error('enough'));
    expect(await call).toEqual(new Error('enough'));
    expect(await breaker.run(() => 7)).toBe(7);
  });

  test('an abort during the attempt is neutral, whatever its reason', async () => {
    const { clock, breaker, retrying } = setUp();
    const controller = new AbortController();
    const call = settled(retrying({ breaker, signal: controller.signal, deadline: 1e6 }).call(hangs));
    await clock.advance(1);
    controller.abort(new Error('enough'));
    expect(await call).toEqual(new Error('enough'));
    expect(breaker.state).toBe('closed');
  });
});

/** One call waits for the bucket and is made. The breaker opens while another waits, which is refused. */
async function expectRefusalAfterWait(
  load: () => Promise<number>,
  { breaker, bucket, clock }: Pick<ReturnType<typeof setUp>, 'breaker' | 'bucket' | 'clock'>,
): Promise<void> {
  await bucket.acquire();
  const first = settled(load());
  await clock.advance(1000);
  expect(await first).toBe(7);
  const second = settled(load());
  await fail(breaker);
  await clock.advance(1000);
  expect(await second).toBeInstanceOf(CircuitOpenError);
}

test('@Break and @Throttle without a policy ask the breaker again after the wait', async () => {
  const { breaker, bucket, clock } = setUp();
  class Api {
    @Break(breaker)
    @Throttle(bucket)
    async load(): Promise<number> {
      return 7;
    }
  }
  await expectRefusalAfterWait(() => new Api().load(), { breaker, bucket, clock });
});

test('@Throttle below a policy that has a breaker and nothing else waits within it', async () => {
  const { bucket, clock } = setUp();
  const breaker = new CircuitBreaker({ failures: 1, clock });
  class Api {
    @Retry({ breaker, stop: stop.afterAttempt(1), reraise: true })
    @Throttle(bucket)
    async load(): Promise<number> {
      return 7;
    }
  }
  await expectRefusalAfterWait(() => new Api().load(), { breaker, bucket, clock });
});

describe('@Retry, @Break and @Throttle on one method', () => {
  function service(options: RetryOptions, failures = 1) {
    const made = setUp(failures);
    const { breaker, bucket, clock } = made;
    const fn = jest.fn((): Promise<unknown> => Promise.resolve(7));
    class Api {
      @Retry({ clock, stop: stop.afterAttempt(3), reraise: true, ...options })
      @Break(breaker)
      @Throttle(bucket)
      async load(): Promise<unknown> {
        return fn();
      }
    }
    return { ...made, fn, api: new Api() };
  }

  test('ask the breaker for each attempt, before a token is taken', async () => {
    const { breaker, bucket, fn, api, run } = service({});
    await fail(breaker);
    expect(await run(api.load())).toBeInstanceOf(CircuitOpenError);
    expect([fn.mock.calls.length, bucket.available]).toEqual([0, 1]);
  });

  test('ask the breaker again after the wait for the limiter', async () => {
    const { breaker, bucket, clock, fn, api } = service({});
    await bucket.acquire();
    const call = settled(api.load());
    await clock.advance(500);
    await fail(breaker);
    await clock.advance(500);
    expect(await call).toBeInstanceOf(CircuitOpenError);
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.toJSON().breaks).toBe(1);
  });

  test('count an attempt that is cut off while it waits for the limiter as nothing', async () => {
    const { breaker, bucket, api, run } = service({ attemptTimeout: 100, stop: stop.afterAttempt(1) });
    await bucket.acquire();
    expect(await run(api.load())).toMatchObject({ limit: 'attemptTimeout' });
    expect(breaker.toJSON()).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('count an attempt that attemptTimeout cuts off as a failure, at that moment', async () => {
    const { breaker, clock, fn, api } = service({ attemptTimeout: 100, stop: stop.afterAttempt(1) });
    fn.mockImplementation(hangs);
    void settled(api.load());
    await clock.advance(99);
    expect(breaker.state).toBe('closed');
    await clock.advance(1);
    expect(breaker.state).toBe('open');
  });

  test('refuse a wait that would end after the deadline at once, and count that as nothing', async () => {
    const { breaker, bucket, clock, api, run } = service({ deadline: 100, stop: stop.afterAttempt(1) });
    await bucket.acquire();
    expect(await run(api.load())).toBeInstanceOf(RateLimitTimeoutError);
    expect(clock.now()).toBe(0);
    expect(breaker.toJSON()).toMatchObject({ state: 'closed', failures: 0 });
  });
});
