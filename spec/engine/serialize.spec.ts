import { RetryBudget, RetryError, Retrying, before, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { unnamed } from '../../lib/engine/serialize';

class Mine extends RetryError {}
function load(): void {
  // Its name is what is looked at.
}

describe('A policy as code', () => {
  const options: [string, RetryOptions<any>, string][] = [
    ['what is not called', { stop: stop.never }, '{ stop: stop.never }'],
    ['a composition', { stop: stop.never.or(stop.afterDelay(5)) }, '{ stop: stop.any(stop.never, stop.afterDelay(5)) }'],
    ['a named function', { stop: stop.never, wait: load as never }, '{ stop: stop.never, wait: load }'],
    ['a function without a name', { deadline: 5, wait: (() => () => 5)() }, '{ deadline: 5, wait: (…) => … }'],
    ['a class', { deadline: 5, retryErrorClass: Mine }, '{ deadline: 5, retryErrorClass: Mine }'],
    ['a list of hooks', { deadline: 5, before: [before.nothing, load] }, '{ deadline: 5, before: [before.nothing, load] }'],
    ['an empty list', { deadline: 5, after: [] }, '{ deadline: 5, after: [] }'],
    ['a text', { deadline: 5, name: "it's" }, "{ deadline: 5, name: 'it\\'s' }"],
    ['true and false', { deadline: 5, reraise: true, enabled: false }, '{ deadline: 5, reraise: true, enabled: false }'],
    ['Infinity', { stop: stop.never, deadline: Infinity }, '{ stop: stop.never, deadline: Infinity }'],
    ['an object of a class, by the class', { deadline: 5, budget: new RetryBudget() }, '{ deadline: 5, budget: RetryBudget }'],
    [
      'an object of no class',
      { deadline: 5, clock: { now: () => 0, sleep: async () => undefined } },
      '{ deadline: 5, clock: an object }',
    ],
  ]; // prettier-ignore

  test.each(options)('shows %s', (_what, given, code) => {
    expect(String(new Retrying(given))).toBe(`new Retrying(${code})`);
  });

  test('shows nothing where nothing was named', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(String(new Retrying())).toBe('new Retrying()');
    expect(String(new Retrying({ stop: undefined }))).toBe('new Retrying()');
    warned.mockRestore();
  });

  test('keeps the order in which the options were named', () => {
    expect(String(new Retrying({ name: 'x', stop: stop.never }))).toBe("new Retrying({ name: 'x', stop: stop.never })");
  });
});

describe('A policy as JSON', () => {
  test('holds what was named, strategies in their own form', () => {
    const policy = new Retrying({
      stop: stop.afterAttempt(3),
      wait: wait.fixed(5).cappedAt(3),
      retryIf: retryIf.always,
      reraise: true,
      attemptTimeout: 10,
      deadline: 50,
      name: 'items',
      enabled: false,
    });
    expect(policy.toJSON()).toEqual({
      stop: { afterAttempt: 3 },
      wait: { cappedAt: [{ fixed: 5 }, 3] },
      retryIf: { always: {} },
      reraise: true,
      attemptTimeout: 10,
      deadline: 50,
      name: 'items',
      enabled: false,
    });
  });

  test('leaves out a limit that is infinite', () => {
    expect(new Retrying({ deadline: Infinity, attemptTimeout: Infinity, reraise: true }).toJSON()).toEqual({
      reraise: true,
    });
  });

  test.each(['stop', 'wait', 'retryIf'])('refuses a function for %s', (name) => {
    const policy = new Retrying({ deadline: 5, [name]: load });
    expect(() => policy.toJSON()).toThrow(new TypeError(`${name} cannot be written as JSON: it is the function load`));
  });

  test.each<[string, unknown, string]>([
    ['before', load, 'the function load'],
    ['after', [load], 'an array'],
    ['beforeSleep', load, 'the function load'],
    ['onSuccess', load, 'the function load'],
    ['onGiveUp', load, 'the function load'],
    ['retryErrorClass', Mine, 'the class Mine'],
    ['retryErrorCallback', load, 'the function load'],
    ['sleep', load, 'the function load'],
    ['clock', new VirtualClock(), 'an instance of VirtualClock'],
    ['signal', new AbortController().signal, 'an instance of AbortSignal'],
    ['budget', new RetryBudget(), 'an instance of RetryBudget'],
    ['random', load, 'the function load'],
  ])('refuses %s, naming it', (name, value, shown) => {
    const policy = new Retrying({ stop: stop.never, [name]: value });
    expect(() => policy.toJSON()).toThrow(new TypeError(`${name} cannot be written as JSON: it holds ${shown}`));
  });
});

test.each([Infinity, -Infinity])('a priority of %p cannot be written as JSON and is not dropped', (priority) => {
  expect(() => new Retrying({ stop: stop.never, priority }).toJSON()).toThrow(
    new TypeError(`priority cannot be written as JSON: it is ${priority}`),
  );
});

test('What a client adds to its policies by itself appears neither as code nor as JSON', () => {
  const own = unnamed(() => undefined);
  const options = { before: [own, load], after: [own], beforeSleep: own, onSuccess: [], deadline: 5 };
  expect(String(new Retrying(options))).toBe('new Retrying({ before: [load], onSuccess: [], deadline: 5 })');
  expect(new Retrying({ after: [own], beforeSleep: own, deadline: 5 }).toJSON()).toEqual({ deadline: 5 });
});

test('prints as the code that makes it', () => {
  const policy = new Retrying({
    stop: stop.afterAttempt(3),
    wait: wait.fixed(5).cappedAt(3),
    name: "it's",
    before: [load, () => undefined],
  });
  expect(String(policy)).toBe(
    "new Retrying({ stop: stop.afterAttempt(3), wait: wait.fixed(5).cappedAt(3), name: 'it\\'s', before: [load, (…) => …] })",
  );
  expect(String(new Retrying({ stop: undefined, deadline: 5 }))).toBe('new Retrying({ deadline: 5 })');
});
