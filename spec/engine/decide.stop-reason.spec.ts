import { RetryError, Retrying, TryAgain, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { VirtualClock, setTesting } from 'tenax/testing';
import { thrown } from '../thrown';
import { fails } from './fails';

/** Gives up, and tells why and after how many attempts. */
async function given(options: RetryOptions<any>, fn: () => unknown = fails): Promise<[string, number]> {
  const clock = new VirtualClock();
  const call = thrown<RetryError>(new Retrying({ clock, ...options }).call(fn));
  await clock.advance(100_000);
  const { stopReason, attempts } = await call;
  return [stopReason, attempts];
}

describe('A budget', () => {
  const budget = (retries: number) => ({
    recordAttempt: jest.fn(),
    tryRetry: jest.fn(() => (retries -= 1) >= 0),
  });

  test('is told of the first attempt, and asked before each retry', async () => {
    const two = budget(2);
    expect(await given({ stop: stop.never, budget: two })).toEqual(['budget', 3]);
    expect(two.recordAttempt).toHaveBeenCalledTimes(1);
    expect(two.tryRetry).toHaveBeenCalledTimes(3);
  });

  test.each<[string, RetryOptions]>([
    ['stop', { stop: stop.afterAttempt(1) }],
    ['wait', { stop: stop.never, wait: wait.fixed(Infinity) }],
    ['deadline', { wait: wait.fixed(10), deadline: 5 }],
  ])('is not spent by a call that ends for another reason: %s', async (reason, options) => {
    const spared = budget(5);
    expect(await given({ budget: spared, ...options })).toEqual([reason, 1]);
    expect(spared.tryRetry).not.toHaveBeenCalled();
  });
});

describe('A deadline', () => {
  test.each([
    [0, 1],
    [99, 1],
    [100, 2],
    [199, 2],
    [200, 3],
  ])('of %i ms lets sleeps of 100 ms make %i attempts', async (deadline, attempts) => {
    expect(await given({ wait: wait.fixed(100), deadline })).toEqual(['deadline', attempts]);
  });

  test('that has come ends the call, though there is no wait', async () => {
    const clock = new VirtualClock();
    const busy = async (): Promise<never> => {
      await clock.sleep(50);
      return fails();
    };
    const call = thrown<RetryError>(new Retrying({ clock, deadline: 100 }).call(busy));
    await clock.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline', attempts: 2 });
    expect(clock.pending).toBe(0);
  });

  test('counts from when the call began', async () => {
    const clock = new VirtualClock();
    await clock.advance(1_000_000);
    const call = thrown<RetryError>(new Retrying({ clock, wait: wait.fixed(40), deadline: 100 }).call(fails));
    await clock.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline', attempts: 3 });
  });

  test('that passes while a hook keeps the process busy leaves the attempt no time', async () => {
    const slept: number[] = [];
    const clock = { time: 0, now: () => clock.time, sleep: async (ms: number) => void slept.push(ms) };
    const before = (): void => {
      clock.time += 500;
    };
    const policy = new Retrying({ clock, before, deadline: 100, attemptTimeout: 10 });
    const error = await thrown<RetryError>(policy.call(() => new Promise(() => undefined)));
    expect(error).toMatchObject({ stopReason: 'deadline', attempts: 1, cause: { limit: 'deadline', timeout: 100 } });
    expect(slept).toEqual([0]);
  });
});

describe('The limit that cuts an attempt off', () => {
  test('may be the deadline alone, for a function that is merely called', async () => {
    const clock = new VirtualClock();
    const call = thrown<RetryError>(new Retrying({ clock, deadline: 50 }).call(() => new Promise(() => undefined)));
    await clock.advance(50);
    expect(await call).toMatchObject({ stopReason: 'deadline', cause: { limit: 'deadline', timeout: 50 } });
  });

  test.each([
    ['attemptTimeout', 50, 100],
    ['deadline', 100, 50],
    ['deadline', 100, 100],
  ])('is %s, of an attemptTimeout of %i ms and a deadline of %i ms', async (limit, attemptTimeout, deadline) => {
    const clock = new VirtualClock();
    const policy = new Retrying({ stop: stop.afterAttempt(1), clock, attemptTimeout, deadline });
    const call = thrown<RetryError>(policy.call(() => new Promise(() => undefined)));
    await clock.advance(1000);
    expect((await call).cause).toMatchObject({ limit, timeout: Math.min(attemptTimeout, deadline) });
  });
});

describe('A process under test', () => {
  afterEach(() => setTesting(false));

  test('ends a call after as many attempts as it says, by stop, without sleeping', async () => {
    setTesting({ attempts: 2 });
    const clock = new VirtualClock();
    const sleep = jest.fn(async () => undefined);
    const error = await thrown(new Retrying({ clock, sleep, stop: stop.never, wait: wait.fixed(50) }).call(fails));
    expect(error).toMatchObject({ stopReason: 'stop', attempts: 2 });
    expect(sleep).not.toHaveBeenCalled();
    expect(clock.now()).toBe(0);
  });
});

describe('The last outcome', () => {
  test('that was a value is no cause, and reraise does not apply to it', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(1), retryIf: retryIf.result(() => true), reraise: true });
    const error = await thrown(policy.call(async () => 5));
    expect(error).toBeInstanceOf(RetryError);
    expect(error.errors).toStrictEqual([]);
    expect(error.lastAttempt).toEqual({ attemptNumber: 1, failed: false, value: 5 });
  });

  test('that was a TryAgain without a cause is thrown itself under reraise, of another copy of the package too', async () => {
    class Foreign extends Error {
      static readonly $brand = 'tenax.TryAgain';
      readonly code = 'TENAX_TRY_AGAIN';
    }
    const policy = new Retrying({ stop: stop.afterAttempt(2), retryIf: retryIf.never, reraise: true });
    for (const asked of [new TryAgain(), new Foreign('again')]) {
      expect(await thrown(policy.call(() => Promise.reject(asked)))).toBe(asked);
    }
    expect(policy.totals.attempts).toBe(4);
  });

  test('is told with figures that the call does not move any more', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(1), clock: new VirtualClock() });
    const error = await thrown<RetryError>(policy.call(fails));
    expect(error.statistics).toEqual(policy.statistics);
    expect(error.statistics).not.toBe(policy.statistics);
  });
});
