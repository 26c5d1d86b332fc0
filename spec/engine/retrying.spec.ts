import { RetryError, Retrying, TryAgain, retry, retryIf, stop, wait, type RetryCallState } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { createRetrying } from '../../lib/engine/retrying';
import { thrown } from '../thrown';
import { fails } from './fails';

const thrice = { stop: stop.afterAttempt(3) };
/** Fails until its nth call. */
const until = (n: number) => {
  let made = 0;
  return async (): Promise<number> => {
    made += 1;
    return made < n ? fails() : made;
  };
};

describe('the order of a call', () => {
  const story = async (options: object, fn: () => Promise<unknown>): Promise<string[]> => {
    const told: string[] = [];
    const note =
      (name: string, answer?: unknown) =>
      (state: RetryCallState): any => {
        told.push(`${name} ${state.attemptNumber} idle ${state.idleFor} next ${state.upcomingSleep}`);
        return answer;
      };
    const policy = new Retrying({
      before: note('before'),
      after: note('after'),
      wait: note('wait', 5),
      stop: (state) => {
        note('stop')(state);
        return state.attemptNumber >= 2;
      },
      beforeSleep: note('beforeSleep'),
      onSuccess: note('onSuccess'),
      onGiveUp: note('onGiveUp'),
      sleep: async () => undefined,
      ...options,
    });
    await policy.call(fn).catch(() => undefined);
    return told;
  };

  test('is before, attempt, retryIf, after, wait, stop, beforeSleep, sleep; wait comes on the last attempt too', async () => {
    expect(await story({}, fails)).toEqual([
      'before 1 idle 0 next 0',
      'after 1 idle 0 next 0',
      'wait 1 idle 0 next 0',
      'stop 1 idle 0 next 5',
      'beforeSleep 1 idle 5 next 5',
      'before 2 idle 5 next 5',
      'after 2 idle 5 next 5',
      'wait 2 idle 5 next 5',
      'stop 2 idle 5 next 5',
      'onGiveUp 2 idle 5 next 5',
    ]);
  });

  test('has no after for what is not to be retried', async () => {
    expect(await story({}, async () => 1)).toEqual(['before 1 idle 0 next 0', 'onSuccess 1 idle 0 next 0']);
    expect(await story({ retryIf: retryIf.never }, fails)).toEqual([
      'before 1 idle 0 next 0',
      'onGiveUp 1 idle 0 next 0',
    ]);
  });

  test('goes past retryIf for a TryAgain, and through all the rest', async () => {
    const asked = jest.fn(() => false);
    let n = 0;
    const again = async (): Promise<number> => {
      n += 1;
      if (n < 2) throw new TryAgain();
      return n;
    };
    const told = await story({ retryIf: asked }, again);
    expect(told.slice(0, 5).map((line) => line.split(' ')[0])).toEqual([
      'before',
      'after',
      'wait',
      'stop',
      'beforeSleep',
    ]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('runs hooks in a list one after another, async ones too', async () => {
    const told: string[] = [];
    const slow = async (): Promise<void> => {
      await Promise.resolve();
      told.push('slow');
    };
    await new Retrying({ before: [slow, () => void told.push('quick'), slow] }).call(async () => told.push('fn'));
    expect(told).toEqual(['slow', 'quick', 'slow', 'fn']);
  });
});

describe('the state of a call', () => {
  test('tells the function, its arguments, the policy and how the attempt ended', async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    async function load(this: unknown, id: number): Promise<number> {
      await clock.sleep(10);
      return id;
    }
    const policy: Retrying = new Retrying({
      ...thrice,
      clock,
      retryIf: retryIf.result((value) => value === 7),
      before: ({ outcome, outcomeTimestamp, elapsed }) => void seen.push([outcome, outcomeTimestamp, elapsed]),
      after: (state) => {
        const { fn, fnName, args, self, startTime, outcome, outcomeTimestamp, elapsed } = state;
        seen.push({ fn, fnName, args, self, startTime, outcome, outcomeTimestamp, elapsed });
        expect(state.retrying).toBe(policy);
      },
      stop: stop.afterAttempt(1),
    });
    await clock.advance(5);
    const owner = { load: policy.wraps(load) };
    const call = owner.load(7).catch((error: unknown) => error);
    await clock.advance(10);
    expect(await call).toBeInstanceOf(RetryError);
    expect(seen).toEqual([
      [undefined, undefined, undefined],
      {
        fn: load,
        fnName: 'load',
        args: [7],
        self: owner,
        startTime: 5,
        outcome: { attemptNumber: 1, failed: false, value: 7 },
        outcomeTimestamp: 15,
        elapsed: 10,
      },
    ]);
  });

  test('calls a nameless function by the name of the policy', async () => {
    const nameOf = (policy: Retrying, fn: () => Promise<unknown>) =>
      policy.call(fn).then(String, (error: unknown) => (error as Error).message.split(' gave up')[0]);
    const policy = new Retrying({ stop: stop.afterAttempt(1), name: 'items' });
    expect(await nameOf(policy, async () => fails())).toBe('items');
    expect(await nameOf(policy, fails)).toBe('fails');
    expect(await nameOf(new Retrying({ stop: stop.afterAttempt(1) }), async () => fails())).toBe('anonymous');
  });
});

describe('Retrying', () => {
  test('calls sync and async functions with arguments, and answers a Promise', async () => {
    const policy = new Retrying(thrice);
    const answer = policy.call((a: number, b: number) => a + b, 1, 2);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(3);
    let n = 0;
    const sync = (): number => {
      n += 1;
      if (n < 3) throw new Error('sync');
      return n;
    };
    expect(await policy.call(sync)).toBe(3);
    expect(() => policy.call(5 as never)).toThrow('call takes a function');
  });

  test('retries what a thenable fails with, at every attempt and of every kind', async () => {
    const reject = (_: unknown, fail: (error: Error) => void): void => {
      fail(new Error('broken'));
    };
    const broken = (): never => {
      throw new Error('broken');
    };
    const kinds = [
      () => ({ then: reject }),
      () => Object.assign(() => undefined, { then: reject }),
      () => ({ then: broken }),
      () => Object.defineProperty({}, 'then', { get: broken }),
    ];
    for (const fn of kinds) {
      const error = await thrown(new Retrying({ stop: stop.afterAttempt(3) }).call(fn as () => unknown));
      expect(error).toMatchObject({ name: 'RetryError', attempts: 3 });
    }
  });

  test('runs a function of the attempt, whose signal is always there', async () => {
    const numbers: number[] = [];
    const answer = await new Retrying(thrice).run(async ({ number, signal, state }) => {
      expect(signal).toBeInstanceOf(AbortSignal);
      expect(state.attemptNumber).toBe(number);
      numbers.push(number);
      return number < 3 ? fails() : number;
    });
    expect([answer, numbers]).toEqual([3, [1, 2, 3]]);
  });

  test('wraps a function, keeping name, length and `this`', async () => {
    const policy = new Retrying(thrice);
    function load(this: { id: number }, _a: number, _b: number): number {
      return this.id;
    }
    const wrapped = policy.wraps(load);
    expect([wrapped.name, wrapped.length, wrapped.retrying]).toEqual(['load', 2, policy]);
    expect(await wrapped.call({ id: 5 }, 1, 2)).toBe(5);
    expect(wrapped.statistics).toBe(policy.statistics);
  });

  test('copies itself with some options replaced, figures at zero', async () => {
    const policy = new Retrying({ ...thrice, reraise: true });
    await policy.call(async () => 1);
    const copy = policy.copy({ stop: undefined, reraise: false });
    expect(copy.options).toEqual({ stop: policy.options.stop, reraise: false });
    expect([copy.totals.calls, policy.totals.calls]).toEqual([0, 1]);
    expect(() => policy.copy({ stpo: 1 } as never)).toThrow('did you mean "stop"?');
    expect(() => policy.copy(null as never)).toThrow(TypeError);
  });

  test('does not notice what becomes of the options it was made from', async () => {
    const options = { stop: stop.afterAttempt(2), before: [] as (() => void)[] };
    const policy = new Retrying(options);
    options.stop = stop.afterAttempt(9);
    options.before.push(() => {
      throw new Error('later');
    });
    await expect(policy.call(fails)).rejects.toMatchObject({ attempts: 2 });
    expect(Object.isFrozen(policy.options)).toBe(true);
  });

  test('retries for others under retryWith, with figures of their own', async () => {
    const wrapped = retry(fails, thrice);
    const once = wrapped.retryWith({ stop: stop.afterAttempt(1) });
    await expect(once()).rejects.toMatchObject({ attempts: 1 });
    expect(wrapped.statistics).toBeUndefined();
    expect(once.name).toBe('fails');
    await expect(once.retryWith({ reraise: true })()).rejects.toThrow('broken');
  });
});

describe('figures', () => {
  test('are of the call begun last, each call having its own', async () => {
    const clock = new VirtualClock();
    const policy = new Retrying({ ...thrice, wait: wait.fixed(10), clock });
    expect(policy.statistics).toBeUndefined();
    const first = policy.call(until(3));
    const figures = policy.statistics;
    const second = policy.call(until(1));
    expect(policy.statistics).not.toBe(figures);
    await clock.advance(20);
    await Promise.all([first, second]);
    expect(figures).toEqual({ startTime: 0, attemptNumber: 3, idleFor: 20, delaySinceFirstAttempt: 10 });
    expect(policy.statistics).toEqual({ startTime: 0, attemptNumber: 1, idleFor: 0, delaySinceFirstAttempt: 0 });
  });

  test('add up in totals', async () => {
    const clock = new VirtualClock();
    const policy = new Retrying({ ...thrice, wait: wait.fixed(10), clock });
    const calls = [until(1), until(2), until(9)].map((fn) => policy.call(fn).catch(() => undefined));
    await clock.advance(100);
    await Promise.all(calls);
    expect(policy.totals).toEqual({ calls: 3, attempts: 6, retries: 3, succeeded: 2, failed: 1, idleFor: 30 });
  });
});

describe('enabled: false', () => {
  test('is one plain call, nothing else', async () => {
    const asked = jest.fn();
    const policy = new Retrying({ ...thrice, enabled: false, before: asked, onGiveUp: asked, attemptTimeout: 1 });
    const error = new Error('plain');
    await expect(policy.call(() => Promise.reject(error))).rejects.toBe(error);
    await expect(policy.wraps(() => { throw error; })()).rejects.toBe(error); // prettier-ignore
    expect(await policy.run(({ number, signal }) => [number, signal.aborted])).toEqual([1, false]);
    expect(asked).not.toHaveBeenCalled();
    expect([policy.statistics, policy.totals.calls]).toEqual([undefined, 0]);
    expect(await policy.copy({ enabled: true }).call(async () => 1)).toBe(1);
  });
});

test('The state that retrying.decide gives to strategies has a function that does nothing', async () => {
  const seen: unknown[] = [];
  const retrying = createRetrying({ stop: ({ fn }) => seen.push(fn()) > 0 }, { quiet: true });
  await retrying.decide({ attemptNumber: 1, error: new Error('broken') });
  expect(seen).toEqual([undefined]);
});
