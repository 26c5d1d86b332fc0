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
import { thrown } from '../thrown';
import { fails } from './fails';

const MONTH = 30 * 86_400_000;

describe('a sleep', () => {
  test('of 30 days lasts 30 days on a virtual clock', async () => {
    const clock = new VirtualClock();
    let made = 0;
    const policy = new Retrying({ wait: wait.fixed(MONTH), stop: stop.afterAttempt(2), clock });
    const call = thrown(
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
    await thrown(new Retrying({ clock, sleep, signal, wait: wait.fixed(5), stop: stop.afterAttempt(2) }).call(fails));
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
    await thrown(retry(fails, { stop: enough, ...more })());
    clearInterval(interval);
    clearImmediate(turning);
    expect(ticks).toBe(3);
    expect(turns).toBeGreaterThanOrEqual(attempts);
  });
});

describe('deadline', () => {
  test.each([
    [199, 2],
    [200, 3],
    [201, 3],
  ])('of %i ms: a sleep that ends exactly then is begun, a later one is not', async (deadline, attempts) => {
    const clock = new VirtualClock();
    const call = thrown(new Retrying({ wait: wait.fixed(100), deadline, clock }).call(fails));
    await clock.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline', attempts });
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
    const call = thrown(policy.call(() => clock.sleep(1000)));
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
      const call = thrown(make(policy, fn));
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
      const call = thrown(make(policy, fn));
      await clock.advance(35);
      expect(await call).toMatchObject({ stopReason: 'deadline', attempts: 2 });
    });
  });
});

test('stop.whenAborted does not wake a backoff', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const policy = new Retrying({ stop: stop.whenAborted(controller.signal), wait: wait.fixed(100), clock });
  const call = thrown(policy.call(fails));
  await clock.advance(50);
  controller.abort();
  await clock.advance(49);
  expect(policy.totals.attempts).toBe(1);
  await clock.advance(1);
  expect(await call).toMatchObject({ attempts: 2, stopReason: 'stop' });
});
