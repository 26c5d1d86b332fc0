import { Retrying, before, beforeSleep, after, retry, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { policyFromJSON } from 'tenax/json';

const names = [
  'stop', 'wait', 'retryIf', 'before', 'after', 'beforeSleep', 'onSuccess', 'onGiveUp', 'reraise', 'retryErrorClass',
  'retryErrorCallback', 'sleep', 'clock', 'signal', 'attemptTimeout', 'deadline', 'budget', 'name', 'enabled',
]; // prettier-ignore

describe('an option that is wrong is refused when the policy is made', () => {
  test.each(names)('%s, by its name, for null and for what it does not take', (name) => {
    const wrong: unknown[] = [null, {}, []];
    if (name !== 'name') wrong.push('text');
    if (name !== 'attemptTimeout' && name !== 'deadline') wrong.push(3);
    if (name !== 'reraise' && name !== 'enabled') wrong.push(true);
    for (const value of wrong) {
      // An empty list of hooks is a list of hooks.
      if (Array.isArray(value) && /^(before|after|beforeSleep|on[SG].*)$/.test(name)) continue;
      const make = (): Retrying => new Retrying({ stop: stop.never, [name]: value });
      expect(make).toThrow(TypeError);
      expect(make).toThrow(new RegExp(`^${name} takes`));
    }
  });

  test.each(['attemptTimeout', 'deadline'])('%s that is no duration', (name) => {
    for (const value of [-1, Number.NaN, -Infinity]) {
      expect(() => new Retrying({ [name]: value })).toThrow(RangeError);
    }
    for (const value of ['5', 5n, new Date()])
      expect(() => new Retrying({ [name]: value } as never)).toThrow(TypeError);
    for (const value of [0, 0.5, Infinity]) expect(() => new Retrying({ [name]: value })).not.toThrow();
  });

  it.each<[string, () => object]>([
    ['new Retrying', () => new Retrying(Promise.resolve({}) as never)],
    ['retry', () => retry(() => 1, new Date() as never)],
    ['policyFromJSON', () => policyFromJSON(Promise.resolve({}) as never)],
    ['wait.exponential', () => wait.exponential(new Map() as never)],
  ])('an object of a foreign class that holds no options, in place of them all: %s', (_where, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/ takes an object with .*, got an instance of (Promise|Date|Map)$/);
  });

  it.each<[string, object, string]>([
    ['a stop for a wait', { wait: stop.afterAttempt(3) }, 'got the stop strategy stop.afterAttempt(3)'],
    ['a wait for a stop', { stop: wait.fixed(3) }, 'got the wait strategy wait.fixed(3)'],
    ['a condition for a stop', { stop: retryIf.always }, 'got the retryIf strategy retryIf.always'],
    ['a hook for a condition', { retryIf: before.nothing }, 'got the before strategy before.nothing'],
    ['a stop for a hook', { after: [stop.never] }, 'got the stop strategy stop.never'],
    ['a class for a condition', { retryIf: TypeError }, 'got the class TypeError'],
    [
      'a class that is no error',
      { retryErrorClass: class Mine {} },
      'retryErrorClass takes a class that extends Error',
    ],
    ['half a clock', { clock: { now: () => 1 } }, 'clock takes a clock'],
    ['half a budget', { budget: { tryRetry: () => true } }, 'budget takes a RetryBudget'],
  ])('%s', (_what, options, message) => {
    expect(() => new Retrying(options)).toThrow(TypeError);
    expect(() => retry(async () => 1, options)).toThrow(message);
  });

  test.each([
    ['stpo', 'stop'],
    ['retry_if', 'retryIf'],
    ['beforesleep', 'beforeSleep'],
    ['attempTimeout', 'attemptTimeout'],
    ['before_sleep', 'beforeSleep'],
    ['retryErrorClas', 'retryErrorClass'],
  ])('an unknown one, %s, with the nearest known', (wrong, right) => {
    expect(() => new Retrying({ [wrong]: 1 })).toThrow(`"${wrong}"; did you mean "${right}"?`);
  });

  test('an unknown one that is near to none, with all that there are', () => {
    expect(() => new Retrying({ xyzzyplugh: 1 } as never)).toThrow(/it takes stop, wait, retryIf/);
  });

  test('what is no object of options', () => {
    for (const wrong of [null, 3, 'x', [], () => ({})]) expect(() => new Retrying(wrong as never)).toThrow(TypeError);
    expect(() => new Retrying(stop.never as never)).toThrow('{ stop: stop.never }');
    expect(() => retry(3 as never)).toThrow('retry takes a function');
    expect(() => new Retrying().wraps(3 as never)).toThrow('wraps takes a function');
    expect(() => new Retrying().run(3 as never)).toThrow('run takes a function');
  });

  test('undefined counts as left out', () => {
    const options = Object.fromEntries(names.map((name) => [name, undefined])) as RetryOptions;
    expect(new Retrying({ ...options, deadline: 5 }).options).toEqual({ deadline: 5 });
  });
});

const notANumber = ['3', null, {}, undefined, true];

describe('a factory refuses at once', () => {
  it.each<[string, (value: any) => unknown, unknown[]]>([
    ['stop.afterAttempt', stop.afterAttempt, [-1, 1.5, Number.NaN, Infinity]],
    ['stop.afterDelay', stop.afterDelay, [-1, Number.NaN, Infinity]],
    ['stop.beforeDelay', stop.beforeDelay, [-1, Number.NaN, Infinity]],
    ['wait.fixed', wait.fixed, [-1, Number.NaN]],
    ['cappedAt', (ms) => wait.none().cappedAt(ms), [-1, Number.NaN]],
    ['atLeast', (ms) => wait.none().atLeast(ms), [-1, Number.NaN, Infinity]],
    ['withJitter', (part) => wait.none().withJitter(part), [-0.1, 1.1, Number.NaN]],
    [
      'before.acquire: tokens',
      (n) => before.acquire({ acquire: async () => 0, tryAcquire: () => true }, n),
      [-1, Number.NaN],
    ],
  ])('%s, naming itself', (name, factory, outOfRange) => {
    const pattern = new RegExp(`^${name.replace('.', '\\.')} takes`);
    for (const value of outOfRange) {
      expect(() => factory(value)).toThrow(RangeError);
      expect(() => factory(value)).toThrow(pattern);
    }
    for (const value of notANumber) {
      if (value === undefined && name.includes('tokens')) continue;
      expect(() => factory(value)).toThrow(TypeError);
      expect(() => factory(value)).toThrow(pattern);
    }
  });

  it.each<[string, (options: any) => unknown, string[]]>([
    ['wait.random', wait.random, ['min', 'max']],
    ['wait.exponential', wait.exponential, ['initial', 'max', 'expBase', 'min']],
    ['wait.randomExponential', wait.randomExponential, ['initial', 'max', 'expBase', 'min']],
    ['wait.fullJitter', wait.fullJitter, ['initial', 'max', 'expBase', 'min']],
    ['wait.exponentialJitter', wait.exponentialJitter, ['initial', 'max', 'expBase', 'jitter', 'min']],
    ['wait.decorrelatedJitter', wait.decorrelatedJitter, ['base', 'max']],
    ['wait.fibonacci', wait.fibonacci, ['initial', 'max']],
    ['wait.incrementing', wait.incrementing, ['start', 'increment', 'max']],
    ['wait.retryAfter', wait.retryAfter, ['max', 'fallback']],
  ])('%s for each of its options', (name, factory, options) => {
    for (const option of options) {
      const pattern = new RegExp(`^${name}: ${option} takes`);
      for (const value of ['3', null, {}]) {
        expect(() => factory({ [option]: value })).toThrow(TypeError);
        expect(() => factory({ [option]: value })).toThrow(pattern);
      }
      if (option === 'fallback') continue;
      expect(() => factory({ [option]: Number.NaN })).toThrow(RangeError);
      if (option !== 'increment') expect(() => factory({ [option]: -1 })).toThrow(RangeError);
      expect(() => factory({ [option]: undefined })).not.toThrow();
    }
    expect(() => factory({ [`${options[0]}s`]: 1 })).toThrow(`did you mean "${options[0]}"?`);
    for (const value of [null, 3, 'x', []]) expect(() => factory(value)).toThrow(TypeError);
  });

  test('min above max, and what else contradicts itself', () => {
    expect(() => wait.random({ min: 5, max: 4 })).toThrow(RangeError);
    expect(() => wait.random({ min: 1001 })).toThrow('min ≤ max');
    expect(() => wait.random({ max: Infinity })).toThrow(RangeError);
    for (const factory of [wait.exponential, wait.randomExponential, wait.fullJitter, wait.exponentialJitter]) {
      expect(() => factory({ min: 5, max: 4 })).toThrow('min ≤ max, got min 5 and max 4');
    }
    expect(() => wait.decorrelatedJitter({ base: 5, max: 4 })).toThrow('base ≤ max');
  });

  it.each<[string, () => unknown]>([
    ['stop.any()', () => stop.any()],
    ['stop.all()', () => stop.all()],
    ['retryIf.any()', () => retryIf.any()],
    ['retryIf.all()', () => retryIf.all()],
    ['wait.chain()', () => wait.chain()],
    ['wait.combine()', () => wait.combine()],
    ['stop.whenAborted of no signal', () => stop.whenAborted({} as never)],
    ['stop.any of a wait', () => stop.any(wait.none() as never)],
    ['or with a number', () => stop.never.or(3 as never)],
    ['wait.chain of a number', () => wait.chain(3 as never)],
    ['plus of a stop', () => wait.none().plus(stop.never as never)],
    ['retryIf.exception of no function', () => retryIf.exception(TypeError as never).and(3 as never)],
    ['retryIf.exceptionType of a name', () => retryIf.exceptionType('TypeError' as never)],
    ['retryIf.exceptionType of a function', () => retryIf.exceptionType((() => 1) as never)],
    ['retryIf.result without a function', () => retryIf.result(undefined as never)],
    ['retryIf.notResult of a value', () => retryIf.notResult(5 as never)],
    ['retryIf.exceptionMessage of nothing', () => retryIf.exceptionMessage({} as never)],
    ['retryIf.exceptionMessage of both', () => retryIf.exceptionMessage({ message: 'a', match: 'b' } as never)],
    ['retryIf.exceptionMessage of a number', () => retryIf.exceptionMessage({ message: 5 } as never)],
    ['retryIf.exceptionMessage of a bad pattern', () => retryIf.exceptionMessage({ match: '(' })],
    ['retryIf.exceptionMessage of text', () => retryIf.exceptionMessage('text' as never)],
    ['wait.exception of a number', () => wait.exception(5 as never)],
    ['before.acquire of no limiter', () => before.acquire({} as never)],
    ['before.log of no logger', () => before.log(5 as never)],
    ['after.log of no logger', () => after.log({})],
    ['beforeSleep.log of an unknown level', () => beforeSleep.log(console, 'wran')],
    ['beforeSleep.log of an unknown option', () => beforeSleep.log(console, 'warn', { stacks: true } as never)],
    ['hook.and of a number', () => before.nothing.and(3 as never)],
  ])('%s', (_what, make) => {
    expect(make).toThrow(TypeError);
  });
});
