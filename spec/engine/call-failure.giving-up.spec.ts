import { PolicyError, RetryBudget, RetryError, Retrying, TryAgain, retry, retryIf, stop, wait } from 'tenax';
import type { RetryErrorInit, RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';

const errorOf = (call: Promise<unknown>): Promise<any> => call.then(fail, (error: unknown) => error);
function fail(): never {
  throw new Error('the call did not fail');
}

const failing = () => {
  let n = 0;
  return jest.fn(async () => {
    n += 1;
    throw new Error(`failure ${n}`);
  });
};
const thrice = { stop: stop.afterAttempt(3) };

describe('RetryError', () => {
  test('says what was tried, how often, why no more, and how it ended', async () => {
    const clock = new VirtualClock();
    async function load(): Promise<never> {
      throw new TypeError('broken');
    }
    const call = errorOf(new Retrying({ ...thrice, wait: wait.fixed(10), clock }).call(load));
    await clock.advance(100);
    const error = await call;
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('RetryError');
    expect(error.code).toBe('TENAX_RETRY_EXHAUSTED');
    expect(error.message).toBe(
      'load gave up after 3 attempts (stop.afterAttempt(3)); the last error was TypeError: broken',
    );
    expect(error.attempts).toBe(3);
    expect(error.stopReason).toBe('stop');
    expect(error.lastAttempt).toEqual({ attemptNumber: 3, failed: true, error: error.cause });
    expect(error.errors).toHaveLength(3);
    expect(error.errors.at(-1)).toBe(error.cause);
    expect(error.statistics).toEqual({ startTime: 0, attemptNumber: 3, idleFor: 20, delaySinceFirstAttempt: 20 });
  });

  test('keeps the latest 100 errors', async () => {
    const error = await errorOf(retry(failing(), { stop: stop.afterAttempt(150) })());
    expect(error.errors).toHaveLength(100);
    expect(error.errors[0].message).toBe('failure 51');
  });

  test('skips attempts that ended in a value among the errors, and has no cause when the last did', async () => {
    let n = 0;
    const call = retry(
      async () => {
        n += 1;
        if (n === 1) throw new Error('first');
        return n;
      },
      { ...thrice, retryIf: retryIf.always, reraise: true },
    );
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(RetryError);
    expect(error.lastAttempt).toEqual({ attemptNumber: 3, failed: false, value: 3 });
    expect(error.errors).toStrictEqual([new Error('first')]);
    expect(error.cause).toBeUndefined();
  });

  test('carries what is not an Error unharmed', async () => {
    for (const thrown of ['text', 0, null, undefined, { code: 1 }]) {
      const policy = new Retrying({ ...thrice, retryIf: retryIf.always });
      const error = await errorOf(policy.call(() => Promise.reject(thrown)));
      expect(error.cause).toBe(thrown);
      expect(error.errors).toEqual([thrown, thrown, thrown]);
      expect(await errorOf(policy.copy({ reraise: true }).call(() => Promise.reject(thrown)))).toBe(thrown);
    }
  });
});

describe('why a call was given up', () => {
  it.each<[string, RetryOptions]>([
    ['stop', thrice],
    ['wait', { wait: wait.fixed(Infinity) }],
    ['deadline', { wait: wait.fixed(10), deadline: 5 }],
    ['budget', { wait: wait.fixed(1), budget: new RetryBudget({ ratio: 0, minPerSecond: 0 }) }],
    // When stop and another reason coincide it is stop.
    ['stop', { stop: stop.afterAttempt(1), wait: wait.fixed(Infinity) }],
    ['stop', { stop: stop.afterAttempt(1), wait: wait.fixed(10), deadline: 5 }],
  ])('is said: %s', async (stopReason, options) => {
    const clock = new VirtualClock();
    const error = await errorOf(new Retrying({ clock, ...options }).call(failing()));
    expect(error.stopReason).toBe(stopReason);
  });
});

describe('reraise', () => {
  test('throws the last error itself', async () => {
    await expect(retry(failing(), { ...thrice, reraise: true })()).rejects.toEqual(new Error('failure 3'));
  });

  test('gives up the cause of a TryAgain, or itself where it has none', async () => {
    const cause = new Error('cause');
    const withCause = new TryAgain('more', { cause });
    const bare = new TryAgain();
    const policy = new Retrying({ ...thrice, reraise: true });
    expect(await errorOf(policy.call(() => Promise.reject(withCause)))).toBe(cause);
    expect(await errorOf(policy.call(() => Promise.reject(bare)))).toBe(bare);
    const plain = await errorOf(policy.copy({ reraise: false }).call(() => Promise.reject(withCause)));
    expect(plain.cause).toBe(withCause);
    expect(bare.code).toBe('TENAX_TRY_AGAIN');
  });

  test('throws an error that is not retried as it is, without asking anything', async () => {
    const asked = jest.fn();
    const fn = failing();
    const options = {
      ...thrice,
      retryIf: retryIf.never,
      after: asked,
      retryErrorCallback: asked,
      wait: asked as never,
    };
    await expect(retry(fn, options)()).rejects.toEqual(new Error('failure 1'));
    expect(asked).not.toHaveBeenCalled();
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('retryErrorCallback', () => {
  test('answers in place of the error, and beats reraise', async () => {
    const callback = jest.fn(async () => 'instead');
    const policy = new Retrying({ ...thrice, reraise: true, retryErrorCallback: callback });
    expect(await policy.call(failing())).toBe('instead');
    expect(callback).toHaveBeenCalledTimes(1);
    expect(policy.totals).toMatchObject({ failed: 0, succeeded: 1 });
  });

  test('sees the state, and its own error stays as it is', async () => {
    const own = new Error('own');
    const seen: unknown[] = [];
    const policy = new Retrying({
      ...thrice,
      retryErrorCallback: ({ attemptNumber, outcome }) => {
        seen.push(attemptNumber, outcome?.failed);
        throw own;
      },
    });
    expect(await errorOf(policy.call(failing()))).toBe(own);
    expect(seen).toEqual([3, true]);
  });
});

describe('retryErrorClass', () => {
  test('is thrown instead, made from the same', async () => {
    class Mine extends RetryError {}
    class Other extends Error {
      constructor(readonly init: RetryErrorInit) {
        super('other');
      }
    }
    const mine = await errorOf(retry(failing(), { ...thrice, retryErrorClass: Mine })());
    expect(mine).toBeInstanceOf(Mine);
    expect(mine).toMatchObject({ name: 'Mine', attempts: 3, cause: new Error('failure 3') });
    const other = await errorOf(retry(failing(), { ...thrice, retryErrorClass: Other })());
    expect(other.init).toMatchObject({ attempts: 3, stopReason: 'stop', lastAttempt: { failed: true } });
  });
});

describe('onSuccess and onGiveUp', () => {
  const hooks = () => {
    const told: string[] = [];
    const note = (name: string) => (state: { attemptNumber: number; outcome: { failed: boolean } | undefined }) =>
      void told.push(`${name} ${state.attemptNumber} ${state.outcome?.failed}`);
    return { told, onSuccess: note('success'), onGiveUp: note('giveUp') };
  };

  test('come once a call: after the attempt that succeeded', async () => {
    const { told, ...options } = hooks();
    let n = 0;
    const fn = async (): Promise<number> => ((n += 1) < 3 ? Promise.reject(new Error('x')) : n);
    expect(await retry(fn, { ...thrice, ...options })()).toBe(3);
    expect(told).toEqual(['success 3 false']);
  });

  test('or before the call fails, with an error that is not retried too', async () => {
    const { told, ...options } = hooks();
    await errorOf(retry(failing(), { ...thrice, ...options })());
    await errorOf(retry(failing(), { ...thrice, ...options, reraise: true })());
    await errorOf(retry(failing(), { ...options, retryIf: retryIf.never })());
    expect(told).toEqual(['giveUp 3 true', 'giveUp 3 true', 'giveUp 1 true']);
  });

  test('not when retryErrorCallback answers', async () => {
    const { told, ...options } = hooks();
    await retry(failing(), { ...thrice, ...options, retryErrorCallback: () => undefined as never })();
    expect(told).toEqual([]);
  });
});

describe('a fault of the policy itself', () => {
  const thrown = new Error('fault');
  const throwing = (): never => {
    throw thrown;
  };

  test.each(['stop', 'wait', 'retryIf', 'before', 'after', 'beforeSleep', 'onGiveUp', 'sleep'] as const)(
    'names %s, keeps what it threw and what the attempt threw',
    async (option) => {
      for (const fault of [throwing, async () => throwing()]) {
        const options = { stop: stop.afterAttempt(2), wait: wait.fixed(1), [option]: fault } as RetryOptions;
        const error = await errorOf(new Retrying(options).call(failing()));
        expect(error).toBeInstanceOf(PolicyError);
        expect(error.message).toContain(option);
        expect(error.cause).toBe(thrown);
        if (option === 'before') expect(error.attemptError).toBeUndefined();
        else expect(error.attemptError).toEqual(new Error(option === 'onGiveUp' ? 'failure 2' : 'failure 1'));
      }
    },
  );

  test('names onSuccess', async () => {
    const error = await errorOf(new Retrying({ ...thrice, onSuccess: throwing }).call(async () => 1));
    expect(error).toMatchObject({ option: 'onSuccess', cause: thrown });
  });

  test.each([Number.NaN, -1, '5', undefined, null])(
    'is a wait that answers %p: a RangeError that names wait',
    async (ms) => {
      const error = await errorOf(new Retrying({ ...thrice, wait: () => ms as number }).call(failing()));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toContain('wait');
      expect(error.cause).toEqual(new Error('failure 1'));
    },
  );

  test('a factory that was not called is refused when the policy is made', () => {
    expect(() => new Retrying({ stop: stop.afterAttempt as never })).toThrow(
      'got stop.afterAttempt itself, which has to be',
    );
    expect(() => new Retrying({ wait: wait.exponential as never })).toThrow(
      /^wait takes .*, got wait\.exponential itself/,
    );
  });
});
