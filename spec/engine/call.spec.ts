import { Retrying, retryIf, stop, type Clock, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

const failure = new Error('broken');
const fails = (): never => {
  throw failure;
};
const nothing = (): void => undefined;

/** Ways of calling that need more than the function's own promise, and one that does not. */
const policies: [string, RetryOptions][] = [
  ['no hooks', {}],
  ['a before hook', { before: nothing }],
  ['a before hook that takes its time', { before: async () => undefined }],
  ['an onSuccess hook', { onSuccess: nothing }],
  ['an onSuccess hook that takes its time', { onSuccess: async () => undefined }],
  ['hooks before and after', { before: nothing, onSuccess: nothing }],
  ['a condition on values', { retryIf: retryIf.exception().or(retryIf.result((value) => value === 'again')) }],
  ['an attemptTimeout', { attemptTimeout: 1000 }],
  ['a deadline', { deadline: 1000 }],
  ['a signal', { signal: new AbortController().signal }],
  ['a budget', { budget: { recordAttempt: nothing, tryRetry: () => true } }],
];

describe.each(policies)('A synchronous function under %s', (_what, options) => {
  const policy = (): Retrying => new Retrying({ stop: stop.afterAttempt(3), clock: new VirtualClock(), ...options });

  test('answers a Promise of its value', async () => {
    const answer = policy().call((a: number, b: number) => a + b, 1, 2);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(3);
  });

  test('is tried again when it throws', async () => {
    const retrying = policy();
    let made = 0;
    expect(await retrying.call(() => ((made += 1) < 3 ? fails() : made))).toBe(3);
    expect(retrying.totals).toMatchObject({ calls: 1, attempts: 3, retries: 2, succeeded: 1, failed: 0 });
  });

  test('is given up when it throws to the end', async () => {
    const retrying = policy();
    expect(await thrown(retrying.call(fails))).toMatchObject({ cause: failure, attempts: 3 });
    expect(retrying.totals).toMatchObject({ calls: 1, attempts: 3, retries: 2, succeeded: 0, failed: 1 });
  });

  test('calls the hooks that are named', async () => {
    const hooks = { before: jest.fn(), onSuccess: jest.fn() };
    await policy().copy(hooks).call(nothing);
    expect([hooks.before.mock.calls.length, hooks.onSuccess.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('A call whose parts all return at once', () => {
  test('sleeps before the event loop turns', async () => {
    const slept: number[] = [];
    const sleep = (ms: number): Promise<void> => {
      slept.push(ms);
      return new Promise(() => undefined);
    };
    for (const before of [[], nothing]) {
      void new Retrying({ stop: stop.never, wait: () => 5, before, after: nothing, sleep }).call(fails);
    }
    await new Promise(process.nextTick);
    expect(slept).toEqual([5, 5]);
  });
});

describe('A call under a limit', () => {
  test.each<[string, RetryOptions]>([
    ['an attemptTimeout', { attemptTimeout: 1000 }],
    ['a deadline', { deadline: 1000 }],
  ])('begins its first attempt before the caller goes on: %s', (_what, options) => {
    const fn = jest.fn();
    void new Retrying({ stop: stop.never, clock: new VirtualClock(), ...options }).call(fn);
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('A call that succeeds at the first attempt', () => {
  /** The turns of the microtask queue that a promise takes. */
  const turns = async (promise: Promise<unknown>): Promise<number> => {
    let [taken, settled] = [0, false];
    void promise.then(() => (settled = true));
    for (; !settled; taken += 1) await undefined;
    return taken;
  };
  /** What one would write by hand. */
  const byHand = async (fn: () => unknown): Promise<unknown> => {
    try {
      return await fn();
    } catch {
      return undefined;
    }
  };

  test.each<[string, RetryOptions, number]>([
    ['nothing else to do', {}, 0],
    // One linear loop costs a few turns of the microtask queue, and reads better.
    ['hooks that return at once', { before: nothing, onSuccess: nothing }, 4],
    ['a condition that looks at values', { retryIf: () => false }, 6],
    ['a budget', { budget: { recordAttempt: nothing, tryRetry: () => true } }, 3],
  ])('takes hardly more turns than an async function with try/catch: %s', async (_what, options, more) => {
    const policy = new Retrying({ stop: stop.never, ...options });
    for (const fn of [async () => 1, () => 1] as (() => unknown)[]) {
      expect(await turns(policy.call(fn))).toBeLessThanOrEqual((await turns(byHand(fn))) + more);
    }
  });
});

describe('What a before hook throws at once', () => {
  test('is the rejection of the call, not an exception of it', async () => {
    const retrying = new Retrying({ stop: stop.never, before: fails });
    const error = await thrown(retrying.call(nothing));
    expect(error).toMatchObject({ option: 'before', cause: failure });
    expect(retrying.totals).toMatchObject({ calls: 1, failed: 1 });
  });

  test('is told under a deadline too', async () => {
    const policy = new Retrying({ deadline: 1000, clock: new VirtualClock(), before: fails });
    expect(await thrown(policy.call(nothing))).toMatchObject({ option: 'before', cause: failure });
    expect(policy.totals.attempts).toBe(1);
  });
});

describe('The clock', () => {
  const counting = () => {
    const clock = { reads: 0, now: () => (clock.reads += 1), sleep: async () => undefined };
    return clock satisfies Clock;
  };

  test.each<[string, RetryOptions, number]>([
    ['as the call begins, for one that succeeds at once', { onSuccess: nothing }, 2],
    ['as the call begins, without hooks', {}, 1],
  ])('is read %s, and as an attempt ends that is judged', async (_what, options, reads) => {
    const clock = counting();
    await new Retrying({ stop: stop.never, clock, ...options }).call(nothing);
    expect(clock.reads).toBe(reads);
  });

  test('is read once a failed attempt where there is no deadline', async () => {
    const clock = counting();
    await thrown(new Retrying({ stop: stop.afterAttempt(3), clock, before: nothing }).call(fails));
    expect(clock.reads).toBe(1 + 3);
  });
});

describe('What a clock throws', () => {
  const fault = new Error('no time');
  /** A clock that works for as many readings, and then no more. */
  const clockFor = (readings: number): Clock => ({
    now() {
      if ((readings -= 1) < 0) throw fault;
      return 0;
    },
    sleep: async () => undefined,
  });

  test.each(policies)('is the rejection of the call, not an exception of it: under %s', async (_what, options) => {
    for (const fn of [nothing, fails]) {
      for (const readings of [0, 1]) {
        const retrying = new Retrying({ stop: stop.never, clock: clockFor(readings), ...options });
        let call: Promise<unknown> | undefined;
        expect(() => {
          call = retrying.call(fn);
        }).not.toThrow();
        const error = await (call as Promise<unknown>).catch((thrown: unknown) => thrown);
        // The end of an attempt that succeeds is not looked at everywhere.
        if (fn === fails || readings === 0) expect(error).toBe(fault);
        expect(retrying.totals.calls).toBe(1);
      }
    }
  });

  test('fails a call, as it counts', async () => {
    for (const given of [{}, { before: nothing }]) {
      const retrying = new Retrying({ stop: stop.never, clock: clockFor(0), ...given });
      await thrown(retrying.call(nothing));
      expect(retrying.totals).toMatchObject({ calls: 1, succeeded: 0, failed: 1 });
    }
  });
});
