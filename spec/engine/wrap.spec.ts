import { inspect } from 'node:util';
import { Retrying, retry, stop, wait, type RetryCallState } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import type { CallStatistics } from '../../lib/call/statistics';
import { thrown } from '../thrown';
import { fails } from './fails';

function load(this: unknown, _id: number): number {
  return 5;
}

describe('A wrapped function', () => {
  let policy: Retrying;
  beforeEach(() => {
    policy = new Retrying({ stop: stop.afterAttempt(2) });
  });

  test('has the name and the length of the function, as any function has them', () => {
    const wrapped = policy.wraps(load);
    expect(Object.getOwnPropertyDescriptor(wrapped, 'name')).toEqual({
      value: 'load',
      writable: false,
      enumerable: false,
      configurable: true,
    });
    expect(Object.getOwnPropertyDescriptor(wrapped, 'length')).toEqual({
      value: 1,
      writable: false,
      enumerable: false,
      configurable: true,
    });
  });

  test('shows nothing of ours among its keys', () => {
    expect(Object.keys(policy.wraps(load))).toEqual([]);
  });

  test('answers a Promise, and passes `this` and the arguments on', async () => {
    const fn = jest.fn(function (this: unknown, ...args: unknown[]) {
      return [this, ...args];
    });
    const owner = { fn: policy.wraps(fn) };
    const answer = owner.fn(1, 2);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toEqual([owner, 1, 2]);
  });

  test('shows the figures of the call begun last under its policy', async () => {
    const wrapped = new Retrying({ stop: stop.never }).wraps(load);
    expect(wrapped.statistics).toBeUndefined();
    await wrapped(1);
    expect(wrapped.statistics).toBe(wrapped.retrying.statistics);
    expect(wrapped.statistics).toMatchObject({ attemptNumber: 1 });
  });

  test.each<[string, string, (fn: typeof fails) => typeof fails]>([
    ['its own', 'fails', (fn) => fn],
    [
      'that of the policy, where it has none',
      'items',
      (fn) =>
        (
          () => (): Promise<never> =>
            fn()
        )(),
    ],
  ])('is called by a name: %s', async (_whose, name, made) => {
    const names: string[] = [];
    const note = ({ fnName }: RetryCallState): void => void names.push(fnName);
    for (const before of [[], note]) {
      const wrapped = retry(made(fails), { name: 'items', stop: stop.afterAttempt(1), before, after: note });
      expect((await thrown(wrapped())).fnName ?? name).toBe(name);
    }
    expect(names).toEqual([name, name, name]);
  });

  test('runs under other options with retryWith, which keep those that are not named', async () => {
    const wrapped = retry(load, { stop: stop.afterAttempt(2), reraise: true });
    const other = wrapped.retryWith({ stop: stop.afterAttempt(1) });
    expect(String(other.retrying)).toBe('new Retrying({ stop: stop.afterAttempt(1), reraise: true })');
    expect(String(wrapped.retrying)).toBe('new Retrying({ stop: stop.afterAttempt(2), reraise: true })');
    expect([other.name, other.length, await other(1)]).toEqual(['load', 1, 5]);
  });
});

function* items(): Generator<number> {
  yield 1;
}
const noGenerator =
  'that return a value or a Promise, got the generator function items; use retryStream or @RetryStream for streams';

describe('What cannot be called again', () => {
  let policy: Retrying;
  beforeEach(() => {
    policy = new Retrying({ stop: stop.never });
  });

  test.each<[string, () => unknown]>([
    ['retry takes a function to wrap, got 3', () => retry(3 as never)],
    ['retry takes a function to wrap, got 3', () => retry(3 as never, policy)],
    ['wraps takes a function to wrap, got 3', () => policy.wraps(3 as never)],
    ['call takes a function to call, got 3', () => policy.call(3 as never)],
    ['run takes a function of the attempt, got 3', () => policy.run(3 as never)],
    ['retry wraps functions that can be called, got the class Api', () => policy.wraps(class Api {} as never)],
    [`retry wraps functions ${noGenerator}`, () => policy.wraps(items)],
    [
      'retry wraps functions that return a value or a Promise, got a generator function; use retryStream or @RetryStream for streams',
      () =>
        policy.wraps(async function* () {
          yield await Promise.resolve(1);
        }),
    ],
    [`call takes functions ${noGenerator}`, () => policy.call(items)],
    [`run takes functions ${noGenerator}`, () => policy.run(items)],
  ])('is refused: %s', (message, make) => {
    expect(make).toThrow(new TypeError(message));
  });
});

describe('A Retrying', () => {
  test('shows its options when it is printed, and nothing of its workings', () => {
    const policy = new Retrying({ stop: stop.never, name: 'items' });
    expect(Object.keys(policy)).toEqual(['options']);
    expect(inspect(policy, { depth: 0 })).toBe('Retrying { options: [Object] }');
  });

  test('is told from anything else, by a brand that other copies of the package know', () => {
    class Copy {
      static readonly $brand = 'tenax.Retrying';
    }
    expect(new Retrying({ stop: stop.never }) instanceof Retrying).toBe(true);
    expect(new Copy() instanceof Retrying).toBe(true);
    expect({} instanceof Retrying).toBe(false);
  });

  test('hands out totals that do not move, and cannot be moved from without', async () => {
    const policy = new Retrying({ stop: stop.never });
    const { totals } = policy;
    Object.assign(totals, { calls: 9 });
    await policy.call(load as () => number);
    expect(policy.totals).toEqual({ calls: 1, attempts: 1, retries: 0, succeeded: 1, failed: 0, idleFor: 0 });
    expect(totals.attempts).toBe(0);
  });

  test('calls a function by the name it is told', async () => {
    for (const before of [[], () => undefined]) {
      const policy = new Retrying({ stop: stop.afterAttempt(1), before });
      expect((await thrown(policy.execute(undefined, fails, [], 'Items.load'))).message).toMatch(
        /^Items\.load gave up/,
      );
      expect((await thrown(policy.execute(undefined, fails, []))).message).toMatch(/^fails gave up/);
    }
  });

  test('tells what this call counts, although others of the same policy begin inside it', async () => {
    for (const before of [[], () => undefined]) {
      const policy = new Retrying({ stop: stop.never, before });
      const [outer, calls] = [{}, new WeakMap<object, CallStatistics>()];
      await policy.execute(outer, () => policy.call(load as () => number), [], undefined, undefined, calls);
      expect(calls.get(outer)?.statistics).toMatchObject({ attemptNumber: 1 });
      expect(calls.get(outer)?.statistics).not.toBe(policy.statistics);
    }
  });

  test('copies itself without a word, unchanged too', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const policy = new Retrying({ stop: stop.never });
    const copy = policy.copy();
    policy.copy({ stop: undefined });
    new Retrying({}, { quiet: true });
    expect(copy).not.toBe(policy);
    expect(copy.options).toEqual(policy.options);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test('refuses to copy itself with what is no option', () => {
    const policy = new Retrying({ stop: stop.never });
    expect(() => policy.copy({ wiat: 1 } as never)).toThrow(
      new TypeError('copy has no option "wiat"; did you mean "wait"?'),
    );
    expect(() => policy.copy(null as never)).toThrow(/^copy takes an object with stop, wait, /);
  });

  test('has a figure for each of its calls while they run', async () => {
    const clock = new VirtualClock();
    const policy = new Retrying({ stop: stop.afterAttempt(2), wait: wait.fixed(10), clock, before: () => undefined });
    const first = thrown(policy.call(fails));
    const { statistics } = policy;
    await clock.advance(5);
    const second = thrown(policy.call(fails));
    await clock.advance(10);
    await Promise.all([first, second]);
    expect(statistics).toEqual({ startTime: 0, attemptNumber: 2, idleFor: 10, delaySinceFirstAttempt: 10 });
    expect(policy.statistics).toEqual({ startTime: 5, attemptNumber: 2, idleFor: 10, delaySinceFirstAttempt: 10 });
  });
});

describe('A policy that is not enabled', () => {
  let policy: Retrying;
  beforeEach(() => {
    policy = new Retrying({ stop: stop.never, enabled: false, name: 'items', random: () => 0.5 });
  });

  test('calls with arguments and `this`, and hands `run` its only attempt', async () => {
    const owner = {
      fn: policy.wraps(function (this: unknown, ...args: unknown[]) {
        return [this, ...args];
      }),
    };
    expect(await owner.fn(1, 2)).toEqual([owner, 1, 2]);
    const nameless = (
      () => (attempt: { number: number; state: RetryCallState }) =>
        attempt
    )();
    const { number, state } = await policy.run(nameless);
    expect([number, state.fnName, state.self, state.args, state.random()]).toEqual([1, 'items', undefined, [], 0.5]);
    expect([state.fn, state.retrying]).toEqual([nameless, policy]);
  });

  test('counts nothing', async () => {
    await thrown(policy.call(fails));
    expect(policy.totals).toEqual({ calls: 0, attempts: 0, retries: 0, succeeded: 0, failed: 0, idleFor: 0 });
    expect(policy.statistics).toBeUndefined();
  });
});
