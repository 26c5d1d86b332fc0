import fc from 'fast-check';
import Ajv from 'ajv/dist/2020';
import {
  AttemptTimeoutError,
  Retrying,
  RetryStrategy,
  StopStrategy,
  TryAgain,
  WaitStrategy,
  retryIf,
  stop,
  systemClock,
  wait,
} from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { RateLimitError, ServerError, retryIfHttp } from 'tenax/http';
import schema from '../../policy.schema.json';
import { runs } from '../long';

class OwnError extends Error {}

const validate = new Ajv({ strict: false }).compile(schema);

const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
const count = fc.nat(100);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const bounded = fc
  .record({ initial: ms, expBase: fc.double({ min: 0, max: 10, noNaN: true }), max: optional(ms) })
  .map(({ max, ...rest }) => ({ ...rest, ...(max === undefined ? {} : { max }) }));

const { stops } = fc.letrec<{ stops: StopStrategy }>((tie) => ({
  stops: fc.oneof(
    { maxDepth: 3 },
    fc.constant(stop.never),
    count.map(stop.afterAttempt),
    ms.map(stop.afterDelay),
    ms.map(stop.beforeDelay),
    fc.array(tie('stops'), { minLength: 1, maxLength: 3 }).map((all) => stop.any(...all)),
    fc.array(tie('stops'), { minLength: 1, maxLength: 3 }).map((all) => stop.all(...all)),
  ),
}));

const { waits } = fc.letrec<{ waits: WaitStrategy }>((tie) => ({
  waits: fc.oneof(
    { maxDepth: 3 },
    fc.constant(wait.none()),
    ms.map(wait.fixed),
    bounded.map(wait.exponential),
    bounded.map(wait.fullJitter),
    bounded.map(wait.randomExponential),
    fc.tuple(bounded, ms).map(([options, jitter]) => wait.exponentialJitter({ ...options, jitter })),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((increment) => wait.incrementing({ increment })),
    ms.map((initial) => wait.fibonacci({ initial })),
    ms.map((base) => wait.decorrelatedJitter({ base })),
    ms.map((max) => wait.random({ max })),
    tie('waits').map((fallback) => wait.retryAfter({ fallback })),
    fc.array(tie('waits'), { minLength: 1, maxLength: 3 }).map((all) => wait.chain(...all)),
    fc.array(tie('waits'), { minLength: 1, maxLength: 3 }).map((all) => wait.combine(...all)),
    fc.tuple(tie('waits'), ms).map(([one, limit]) => one.cappedAt(limit)),
    fc.tuple(tie('waits'), ms).map(([one, limit]) => one.atLeast(limit)),
    fc.tuple(tie('waits'), fc.double({ min: 0, max: 1, noNaN: true })).map(([one, part]) => one.withJitter(part)),
  ),
}));

const classes = fc.subarray([Error, TypeError, OwnError, RateLimitError, ServerError, TryAgain, AttemptTimeoutError]);
const { conditions } = fc.letrec<{ conditions: RetryStrategy }>((tie) => ({
  conditions: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(retryIf.always, retryIf.never, retryIf.exception()),
    classes.map((all) => retryIf.exceptionType(...all)),
    classes.map((all) => retryIf.notExceptionType(...all)),
    classes.map((all) => retryIf.unlessExceptionType(...all)),
    classes.map((all) => retryIf.exceptionCauseType(...all)),
    fc.string().map((message) => retryIf.exceptionMessage({ message })),
    fc.constantFrom(/a+\d/i, /x/gm).map((match) => retryIf.notExceptionMessage({ match })),
    fc.array(tie('conditions'), { minLength: 1, maxLength: 3 }).map((all) => retryIf.any(...all)),
    fc.array(tie('conditions'), { minLength: 1, maxLength: 3 }).map((all) => retryIf.all(...all)),
    fc.subarray([404, 429, '4xx', '5xx'] as const, { minLength: 1 }).map((all) => retryIfHttp.status(...all)),
    fc.constant(retryIfHttp.networkError()),
    tie('conditions').map((one) => one.not()),
  ),
}));

const policies = fc.record(
  {
    stop: stops,
    wait: waits,
    retryIf: conditions,
    reraise: fc.boolean(),
    attemptTimeout: ms,
    deadline: ms,
    name: fc.string(),
    enabled: fc.boolean(),
  },
  { requiredKeys: ['stop'] },
);

const exceptionTypes = { OwnError };

describe('a policy as JSON', () => {
  test('comes back as the same policy', () => {
    fc.assert(
      fc.property(policies, (options) => {
        const written: unknown = JSON.parse(JSON.stringify(new Retrying(options)));
        const read = new Retrying(policyFromJSON(written, { exceptionTypes }));
        expect(read.toJSON()).toEqual(written);
        expect(String(read)).toBe(String(new Retrying(options)));
        const twice = new Retrying(policyFromJSON(read.toJSON(), { exceptionTypes: [OwnError] }));
        expect(String(twice)).toBe(String(read));
      }),
      runs(100),
    );
  });

  test('holds to the schema that is shipped', () => {
    fc.assert(
      fc.property(policies, (options) => {
        const written: unknown = JSON.parse(JSON.stringify(new Retrying(options)));
        validate(written);
        expect(validate.errors).toBeNull();
      }),
      runs(50),
    );
  });

  test('is the form of the documentation', () => {
    const policy = new Retrying({
      stop: stop.afterAttempt(6).or(stop.afterDelay(30_000)),
      wait: wait.fixed(100).cappedAt(50),
      retryIf: retryIf.exceptionType(RateLimitError).and(retryIf.exceptionMessage({ match: /x/i }).not()),
    });
    expect(policy.toJSON()).toEqual({
      stop: { any: [{ afterAttempt: 6 }, { afterDelay: 30_000 }] },
      wait: { cappedAt: [{ fixed: 100 }, 50] },
      retryIf: {
        all: [
          { exceptionType: ['RateLimitError'] },
          { not: { exceptionMessage: { match: { source: 'x', flags: 'i' } } } },
        ],
      },
    });
    expect(new Retrying({ stop: stop.never, wait: wait.none() }).toJSON()).toEqual({
      stop: { never: {} },
      wait: { none: {} },
    });
    expect(wait.exponential({ initial: 5 }).toJSON()).toEqual({ exponential: { initial: 5 } });
  });

  test('knows the errors of tenax/http by name, and they decide as the classes do', async () => {
    const { retryIf: condition } = policyFromJSON({ retryIf: { exceptionType: ['ServerError'] } });
    const failure = { method: 'GET', url: '/', status: 503, headers: {}, response: {} };
    let calls = 0;
    const policy = new Retrying({ retryIf: condition, stop: stop.afterAttempt(3), reraise: true });
    const serverFails = policy.call(async () => {
      calls += 1;
      throw new ServerError(failure);
    });
    await expect(serverFails).rejects.toThrow(ServerError);
    expect(calls).toBe(3);
    await expect(
      policy.call(async () => Promise.reject(new RateLimitError({ ...failure, status: 429 }))),
    ).rejects.toThrow(RateLimitError);
    expect(policy.totals.attempts).toBe(4);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown option', { stpo: {} }, /"stpo"; did you mean "stop"/],
    [
      'an unknown strategy',
      { stop: { any: [{ never: {} }, { afterAtempt: 3 }] } },
      /^stop\.any\[1\]\.afterAtempt: .*; did you mean "afterAttempt"/,
    ],
    ['a wait in the place of a stop', { stop: { fixed: 3 } }, /^stop\.fixed: there is no such strategy/],
    ['a bad number', { stop: { all: [{ afterDelay: -1 }] } }, /^stop\.all\[0\]\.afterDelay: .*≥ 0\), got -1/],
    ['a number as text', { wait: { fixed: '3' } }, /^wait\.fixed.*got "3"/],
    [
      'an unknown field',
      { wait: { exponential: { inital: 3 } } },
      /^wait\.exponential\.inital: .*did you mean "initial"/,
    ],
    [
      'a bad value deep down',
      { wait: { chain: [{ exponential: { initial: -1 } }] } },
      /^wait\.chain\[0\]\.exponential\.initial takes .*got -1/,
    ],
    ['too much jitter', { wait: { withJitter: [{ fixed: 1 }, 2] } }, /^wait\.withJitter\[1\]: /],
    ['no status', { retryIf: { status: [9] } }, /^retryIf\.status: .*got 9/],
    ['min above max', { wait: { exponential: { min: 3, max: 2 } } }, /^wait\.exponential.*min ≤ max/],
    ['two strategies at once', { stop: { never: {}, afterDelay: 3 } }, /^stop takes one strategy, got 2/],
    ['no strategy', { wait: {} }, /^wait takes one strategy/],
    ['an empty any', { stop: { any: [] } }, /^stop\.any.*at least one/],
    ['no list', { stop: { any: { never: {} } } }, /^stop\.any takes a list/],
    ['no pair', { wait: { cappedAt: [{ none: {} }] } }, /^wait\.cappedAt takes \[strategy, number\]/],
    [
      'an unknown class',
      { retryIf: { not: { exceptionType: ['ServreError'] } } },
      /^retryIf\.not\.exceptionType\[0\]: .*"ServerError".*exceptionTypes/,
    ],
    [
      'a bad pattern',
      { retryIf: { exceptionMessage: { match: { source: '(' } } } },
      /^retryIf\.exceptionMessage\.match: /,
    ],
    ['a clock', { clock: {} }, /^clock cannot be written as JSON/],
    ['text', '{}', /JSON\.parse/],
    ['null', null, /the policy takes an object/],
    ['a bad flag', { reraise: 'yes' }, /^reraise takes true or false/],
    ['a bad duration', { deadline: -5 }, /^deadline takes/],
  ])('refuses %s, with the path to it', (_what, json, message) => {
    expect(() => policyFromJSON(json)).toThrow(message);
    if (json !== null && typeof json === 'object') {
      const open = /class|pattern|max|clock/.test(_what);
      if (!open) expect(validate(json)).toBe(false);
    }
  });

  it.each<[string, ConstructorParameters<typeof Retrying>[0], RegExp]>([
    ['a clock', { stop: stop.never, clock: systemClock }, /^clock/],
    ['a hook', { stop: stop.never, before: () => undefined }, /^before/],
    ['a function', { stop: () => true }, /stop/],
    ['a predicate', { stop: stop.never, retryIf: retryIf.exception((e) => e === 1) }, /retryIf\.exception/],
    ['a signal', { signal: new AbortController().signal }, /^signal/],
    ['a signal in a stop', { stop: stop.whenAborted(new AbortController().signal) }, /stop\.whenAborted/],
    ['an infinite wait', { stop: stop.never, wait: wait.fixed(Infinity) }, /wait\.fixed/],
  ])('is refused for what JSON cannot hold: %s', (_what, options, message) => {
    expect(() => new Retrying(options).toJSON()).toThrow(message);
  });

  test('passes $schema over', () => {
    expect(policyFromJSON({ $schema: './node_modules/tenax/policy.schema.json' })).toEqual({});
  });
});
