import { Retrying, StopStrategy, WaitStrategy, retryIf, stop, systemClock, wait, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { lazyNow } from '../../lib/base/clock';
import { policyOf } from '../../lib/engine/policy';
import { thrown } from '../thrown';

describe('What a policy of no options does', () => {
  test('tries errors again for ever, at once', () => {
    const policy = policyOf({});
    expect([policy.stop, policy.wait, String(policy.retryIf)]).toEqual([
      stop.never,
      wait.none(),
      String(retryIf.exception()),
    ]);
    expect(policy).toMatchObject({ deadline: Infinity, attemptTimeout: Infinity });
  });

  test('is enabled, does not reraise, and has no hooks', () => {
    const policy = policyOf({});
    expect(policy).toMatchObject({ enabled: true, reraise: false });
    expect([policy.steps, policy.after, policy.beforeSleep, policy.onSuccess, policy.onGiveUp]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  test('goes by the real time, and by the Math.random of the moment', () => {
    const policy = policyOf({});
    expect(policy.clock).toBe(systemClock);
    const spy = jest.spyOn(Math, 'random').mockReturnValue(0.125);
    expect(policy.random()).toBe(0.125);
    spy.mockRestore();
  });
});

test('A policy is simulated if the part of the library that makes it says so', () => {
  expect([policyOf({}).simulated, policyOf({}, { simulated: true }).simulated]).toEqual([false, true]);
});

describe('What an option takes', () => {
  const wants: [keyof RetryOptions, unknown, string][] = [
    ['reraise', 1, 'reraise takes true or false, got 1'],
    ['enabled', 'yes', 'enabled takes true or false, got "yes"'],
    ['retryErrorClass', Date, 'retryErrorClass takes a class that extends Error, got the class Date'],
    ['retryErrorClass', 'Error', 'retryErrorClass takes a class that extends Error, got "Error"'],
    ['retryErrorCallback', 5, 'retryErrorCallback takes a function, got 5'],
    ['sleep', 5, 'sleep takes a function, got 5'],
    ['random', 5, 'random takes a function, got 5'],
    ['random', null, 'random takes a function, got null'],
    ['clock', {}, 'clock takes a clock, an object with now() and sleep(ms, signal), got an object'],
    ['signal', 5, 'signal takes an AbortSignal or a function of the call state that returns one, got 5'],
    ['attemptTimeout', '5', 'attemptTimeout takes a duration in milliseconds (a number ≥ 0), got "5"'],
    ['deadline', null, 'deadline takes a duration in milliseconds (a number ≥ 0), got null'],
    ['budget', null, 'budget takes a RetryBudget or RetryBudgets, got null'],
    ['budget', { recordAttempt: () => undefined }, 'budget takes a RetryBudget or RetryBudgets, got an object'],
    ['budget', { tryRetry: () => true }, 'budget takes a RetryBudget or RetryBudgets, got an object'],
    ['name', 5, 'name takes a string, got 5'],
  ];

  test.each(wants)('%s refuses %p', (option, value, message) => {
    expect(() => new Retrying({ stop: stop.never, [option]: value })).toThrow(new TypeError(message));
  });

  test.each([
    ['signal', new AbortController().signal],
    ['signal', () => undefined],
    ['retryErrorClass', TypeError],
    ['name', ''],
  ])('%s takes %p', (option, value) => {
    expect(Reflect.get(policyOf({ stop: stop.never, [option]: value }), option)).toBe(value);
  });

  test.each<[unknown, Error]>([
    ['high', new TypeError('priority takes a number or a function of the call state that returns one, got "high"')],
    [NaN, new RangeError('priority takes a number or a function of the call state that returns one, got NaN')],
  ])('priority does not take %p', (priority, error) => {
    expect(() => policyOf({ stop: stop.never, priority: priority as never })).toThrow(error);
  });

  test('budget takes a budget, or what returns one for a request', () => {
    const budget = { recordAttempt: () => undefined, tryRetry: () => true };
    const state = { request: undefined } as never;
    expect(policyOf({ stop: stop.never, budget }).budgetFor?.(state)).toBe(budget);
    expect(policyOf({ stop: stop.never, budget: { for: () => budget } }).budgetFor?.(state)).toBe(budget);
  });

  test('a budget by key gets the request, or the state if there is no request; what it throws names the budget', async () => {
    const asked: unknown[] = [];
    const budget = { for: (request: unknown) => void asked.push(request) as never };
    const { budgetFor } = policyOf({ stop: stop.never, budget });
    const request = { url: '/' };
    const state = { request } as never;
    const other = { request: undefined } as never;
    budgetFor?.(state);
    budgetFor?.(other);
    expect(asked.map((each) => each === request || each === other)).toEqual([true, true]);
    const failing = (): never => {
      throw new Error('no key');
    };
    const call = new Retrying({ stop: stop.never, budget: { for: failing } }).call(() => 1);
    expect(await thrown(call)).toMatchObject({ option: 'budget', cause: { message: 'no key' } });
  });

  test('a budget by key may have none for a request', async () => {
    const budget = { for: () => undefined as never };
    let made = 0;
    const fn = (): number => {
      if ((made += 1) < 3) throw new Error('broken');
      return made;
    };
    expect(await new Retrying({ stop: stop.never, budget }).call(fn)).toBe(3);
  });

  test.each<[unknown, string]>([
    [stop.never, 'the retry options take an object, { stop: stop.never }, got the strategy itself'],
    [wait.fixed(3), 'the retry options take an object, { wait: wait.fixed(3) }, got the strategy itself'],
  ])('a strategy in the options’ place is refused, with how it is meant: %s', (strategy, message) => {
    expect(() => new Retrying(strategy as never)).toThrow(new TypeError(message));
  });

  test('what else is no object is refused with all there is', () => {
    const all =
      'stop, wait, retryIf, before, after, beforeSleep, onSuccess, onGiveUp, reraise, retryErrorClass, ' +
      'retryErrorCallback, sleep, clock, signal, attemptTimeout, deadline, budget, limiter, breaker, fallback, priority, maxWait, name, enabled, random';
    expect(() => new Retrying(null as never)).toThrow(new TypeError(`a policy takes an object with ${all}, got null`));
    expect(() => new Retrying({ xyzzyplugh: 1 } as never)).toThrow(
      new TypeError(`a policy has no option "xyzzyplugh"; it takes ${all}`),
    );
  });
});

describe('A moment is only noted', () => {
  class OwnStop extends StopStrategy {
    shouldStop(): boolean {
      return false;
    }
  }
  class OwnWait extends WaitStrategy {
    delay(): number {
      return 0;
    }
  }

  test.each<[string, RetryOptions]>([
    ['nothing is named', {}],
    ['attempts are counted', { stop: stop.afterAttempt(3), wait: wait.exponentialJitter() }],
    ['conditions are of tenax’s own make', { retryIf: retryIf.exceptionType(TypeError).or(retryIf.never) }],
    ['strategies are composed', { stop: stop.any(stop.never, stop.afterAttempt(2)), wait: wait.none().plus(wait.fixed(5)) }],
    ['a function is asked of the error alone', { retryIf: retryIf.exception(() => true), wait: wait.exception(() => 5) }],
    ['a message is looked for', { retryIf: retryIf.exceptionMessage({ match: /busy/ }) }],
    ['a message is compared', { retryIf: retryIf.exceptionMessage({ message: 'busy' }) }],
    ['a part of an option is left out', { wait: wait.retryAfter({ fallback: undefined, max: 5 }) }],
    ['a wait falls back on a wait', { wait: wait.retryAfter({ fallback: wait.fixed(5) }) }],
  ])('where %s', (_what, options) => {
    expect(policyOf(options).now).toBe(lazyNow);
  }); // prettier-ignore

  test.each<[string, RetryOptions]>([
    ['there is a deadline', { deadline: Infinity }],
    ['there is a clock', { clock: { now: () => 7, sleep: async () => undefined } }],
    ['stop looks at the time', { stop: stop.afterDelay(5) }],
    ['stop looks at the time to come', { stop: stop.beforeDelay(5) }],
    ['a part of stop looks at the time', { stop: stop.never.or(stop.afterAttempt(3).and(stop.afterDelay(5))) }],
    ['stop is a function', { stop: () => false }],
    ['stop is of an own class', { stop: new OwnStop() }],
    ['wait is a function', { wait: () => 0 }],
    ['a part of wait is of an own class', { wait: wait.fixed(5).plus(new OwnWait()) }],
    ['the fallback of wait is of an own class', { wait: wait.retryAfter({ fallback: new OwnWait() }) }],
    ['retryIf is a function', { retryIf: () => true }],
  ])('but read where %s', (_what, options) => {
    const { now } = policyOf(options);
    expect(now).not.toBe(lazyNow);
    expect(now()).toEqual(expect.any(Number));
  });

  test('and read on the clock that is given', async () => {
    const clock = new VirtualClock();
    await clock.advance(25);
    expect(policyOf({ clock }).now()).toBe(25);
  });
});

test.each(['retryErrorCallback', 'sleep', 'fallback', 'random', 'signal', 'priority'])(
  'a class as %s is refused when the policy is made',
  (option) => {
    expect(() => policyOf({ [option]: class Wrong {} })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`^${option} takes .*, got the class Wrong$`)),
      }),
    );
  },
);
