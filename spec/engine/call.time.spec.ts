import {
  AttemptTimeoutError,
  before,
  ConcurrencyLimiter,
  RateLimitTimeoutError,
  RetryError,
  Retrying,
  retry,
  retryStream,
  stop,
  systemClock,
  wait,
  type Clock,
  type RateLimiter,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';

const fails = async (): Promise<never> => {
  throw new Error('broken');
};
const MONTH = 30 * 86_400_000;
const ending = (call: Promise<unknown>): Promise<any> => call.catch((error: unknown) => error);

describe('a sleep', () => {
  test('of 30 days lasts 30 days on a virtual clock', async () => {
    const clock = new VirtualClock();
    let made = 0;
    const policy = new Retrying({ wait: wait.fixed(MONTH), stop: stop.afterAttempt(2), clock });
    const call = ending(
      policy.call(async () => {
        made += 1;
        return fails();
      }),
    );
    await clock.advance(MONTH - 1);
    expect(made).toBe(1);
    await clock.advance(1);
    await call;
    expect(made).toBe(2);
  });

  test('of 30 days does not return at once on the real clock', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'performance'] });
    try {
      let over = false;
      void systemClock.sleep(MONTH).then(() => (over = true));
      await jest.advanceTimersByTimeAsync(MONTH - 1);
      expect(over).toBe(false);
      await jest.advanceTimersByTimeAsync(2);
      expect(over).toBe(true);
    } finally {
      jest.useRealTimers();
    }
    const controller = new AbortController();
    let returned = false;
    const sleep = systemClock.sleep(MONTH, controller.signal).then(() => (returned = true));
    await new Promise((resolve) => setTimeout(resolve, 20)); // real: an overflowing timer fires after 1 ms
    expect(returned).toBe(false);
    controller.abort(new Error('woken'));
    await expect(sleep).rejects.toThrow('woken');
  });

  test('is the option’s rather than the clock’s, and is told the signal', async () => {
    const slept: unknown[] = [];
    const { signal } = new AbortController();
    const clock: Clock = { now: () => 0, sleep: () => Promise.reject(new Error('not asked')) };
    const sleep = async (ms: number, given?: AbortSignal): Promise<void> => void slept.push(ms, given);
    await ending(new Retrying({ clock, sleep, signal, wait: wait.fixed(5), stop: stop.afterAttempt(2) }).call(fails));
    expect(slept).toEqual([5, signal]);
  });

  // The event loop itself is what is looked at, so it is the real one.
  it.each<[string, object]>([
    ['no wait', { wait: wait.none() }],
    ['a signal', { signal: new AbortController().signal }],
    ['a hook that takes its time', { beforeSleep: async () => undefined }],
  ])('of no length lets the event loop turn every time, timers included, with %s', async (_how, more) => {
    let [ticks, turns, attempts] = [0, 0, 0];
    const interval = setInterval(() => (ticks += 1), 5);
    let turning = setImmediate(function turn() {
      turns += 1;
      turning = setImmediate(turn);
    });
    // A loop that does not turn would get there without a tick.
    const enough = (): boolean => ticks >= 3 || (attempts += 1) >= 1_000_000;
    await ending(retry(fails, { stop: enough, ...more })());
    clearInterval(interval);
    clearImmediate(turning);
    expect(ticks).toBe(3);
    expect(turns).toBeGreaterThanOrEqual(attempts);
  });
});

describe('attemptTimeout', () => {
  test('fails the attempt, aborts its signal, and the next one has a signal of its own', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const policy = new Retrying({ attemptTimeout: 100, stop: stop.afterAttempt(2), clock });
    async function slow({ signal }: { signal: AbortSignal }): Promise<void> {
      signals.push(signal);
      await clock.sleep(1000);
    }
    const call = ending(policy.run(slow));
    await clock.advance(250);
    const error: RetryError = await call;
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
    expect(error.cause).toMatchObject({
      code: 'TENAX_ATTEMPT_TIMEOUT',
      timeout: 100,
      attemptNumber: 2,
      limit: 'attemptTimeout',
      message: 'attempt 2 of slow took longer than 100 ms',
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]).not.toBe(signals[1]);
    expect(signals[1]?.reason).toBe(error.cause);
  });

  test('leaves an attempt alone that ends in time, and no timer after it', async () => {
    const clock = new VirtualClock();
    const call = new Retrying({ attemptTimeout: 100, stop: stop.never, clock }).call(() => clock.sleep(99));
    await clock.advance(99);
    await call;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test('drops what the attempt does later', async () => {
    const clock = new VirtualClock();
    const late = (): Promise<never> => clock.sleep(500).then(fails);
    const call = ending(new Retrying({ attemptTimeout: 100, stop: stop.afterAttempt(1), clock }).call(late));
    await clock.advance(1000);
    expect((await call).cause).toBeInstanceOf(AttemptTimeoutError);
  });
});

describe('deadline', () => {
  test.each([
    [199, 2],
    [200, 3],
    [201, 3],
  ])('of %i ms: a sleep that ends exactly then is begun, a later one is not', async (deadline, attempts) => {
    const clock = new VirtualClock();
    const call = ending(new Retrying({ wait: wait.fixed(100), deadline, clock }).call(fails));
    await clock.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline', attempts });
  });

  test('cuts the running attempt off, and aborts its signal', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const call = ending(
      new Retrying({ deadline: 50, clock }).run(({ signal }) => {
        signals.push(signal);
        return clock.sleep(1000);
      }),
    );
    await clock.advance(49);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    const error = await call;
    expect(error).toMatchObject({ stopReason: 'deadline', attempts: 1, cause: { limit: 'deadline', timeout: 50 } });
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
    expect(signals[0]?.aborted).toBe(true);
  });

  test('counts what went before: the last attempt gets what is left', async () => {
    const clock = new VirtualClock();
    const ended: number[] = [];
    const policy = new Retrying({
      deadline: 100,
      attemptTimeout: 60,
      clock,
      after: (state) => void ended.push(state.elapsed ?? -1),
    });
    const call = ending(policy.call(() => clock.sleep(1000)));
    await clock.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline', attempts: 2 });
    expect(ended).toEqual([60, 100]);
  });

  describe('of which beforeSleep takes so much that the sleep would end later', () => {
    const forms: [string, (policy: Retrying, fn: () => unknown) => Promise<unknown>][] = [
      ['a call', (policy, fn) => policy.call(fn)],
      [
        'a loop',
        async (policy, fn) => {
          for await (const attempt of policy) await attempt.run(fn);
        },
      ],
      [
        'a stream',
        (policy, fn) =>
          retryStream(async function* (): AsyncGenerator<number> {
            yield Number(await fn());
          }, policy.options)().next(),
      ],
    ];

    test.each(forms)('ends %s without the sleep', async (_form, make) => {
      const clock = new VirtualClock();
      const fn = jest.fn(fails);
      // Statistics that somebody holds are kept up to date.
      const held: unknown[] = [];
      const beforeSleep = jest.fn(() => {
        held.push(policy.statistics);
        return clock.sleep(25);
      });
      const policy: Retrying = new Retrying({ deadline: 30, wait: wait.fixed(10), clock, beforeSleep });
      const call = ending(make(policy, fn));
      await clock.advance(25);
      expect(await call).toMatchObject({
        stopReason: 'deadline',
        attempts: 1,
        statistics: { attemptNumber: 1, idleFor: 0 },
      });
      expect([fn.mock.calls.length, beforeSleep.mock.calls.length, clock.pending]).toEqual([1, 1, 0]);
    });

    test.each(forms)('sleeps in %s as long as that ends at the deadline', async (_form, make) => {
      const clock = new VirtualClock();
      const fn = jest.fn(fails);
      const policy = new Retrying({ deadline: 35, wait: wait.fixed(10), clock, beforeSleep: () => clock.sleep(25) });
      const call = ending(make(policy, fn));
      await clock.advance(35);
      expect(await call).toMatchObject({ stopReason: 'deadline', attempts: 2 });
    });
  });

  test('cuts off a wait in a before hook', async () => {
    const clock = new VirtualClock();
    const call = ending(new Retrying({ deadline: 100, clock, before: () => clock.sleep(1000) }).call(fails));
    await clock.advance(100);
    expect(await call).toMatchObject({ stopReason: 'deadline', cause: { limit: 'deadline' } });
  });

  /** It grants once, and ignores the `maxWait` that it is given from then on. */
  const granting = () => {
    let grants = 1;
    const acquire = (): Promise<number> =>
      (grants -= 1) < 0 ? new Promise<number>(() => undefined) : Promise.resolve(0);
    return { acquire, tryAcquire: () => false };
  };
  const { acquire } = before;
  test.each<[string, (limiter: RateLimiter) => RetryOptions]>([
    ['of its own', (limiter) => ({ limiter })],
    ['among several', (limiter) => ({ limiter: [limiter, new ConcurrencyLimiter({ limit: 1 })] })],
    ['of before.acquire', (limiter) => ({ before: acquire(limiter) })],
  ])('refuses a call that waits for a limiter %s, after the error of the attempt before', async (_whose, options) => {
    const clock = new VirtualClock();
    const policy = new Retrying({ deadline: 100, clock, wait: wait.fixed(10), ...options(granting()) });
    const call = ending(policy.call(fails));
    await clock.advance(99);
    expect(policy.totals.failed).toBe(0);
    await clock.advance(1);
    const error = await call;
    expect(error).toBeInstanceOf(RateLimitTimeoutError);
    expect(error).toMatchObject({ maxWait: 90, cause: new Error('broken') });
  });
});

test('stop.whenAborted does not wake a backoff', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const policy = new Retrying({ stop: stop.whenAborted(controller.signal), wait: wait.fixed(100), clock });
  const call = ending(policy.call(fails));
  await clock.advance(50);
  controller.abort();
  await clock.advance(49);
  expect(policy.totals.attempts).toBe(1);
  await clock.advance(1);
  expect(await call).toMatchObject({ attempts: 2, stopReason: 'stop' });
});
