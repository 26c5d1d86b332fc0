import { defineRetryCondition, defineStop, defineWait, option } from 'tenax';
import { policyFromJSON } from 'tenax/json';
import { grammar } from '../../lib/json/grammar.js';

// First in its file: what it asks about is made once.
test('The grammar holds each strategy that JSON can write, in the order of their names', () => {
  const { stop, wait, retryIf } = grammar();
  expect(Object.keys(stop)).toEqual(['afterAttempt', 'afterDelay', 'all', 'any', 'beforeDelay', 'never']);
  expect(Object.keys(wait)).toEqual([...Object.keys(wait)].sort());
  expect(Object.keys(retryIf)).toEqual([...Object.keys(retryIf)].sort());
  expect(Object.keys(wait)).toEqual(expect.arrayContaining(['fixed', 'retryAfter', 'cappedAt']));
  expect(Object.keys(wait)).not.toContain('exception');
  // It may be called without its function, which JSON cannot hold.
  expect(retryIf['exception']?.declaration).not.toHaveProperty('value');
});

const squared = defineWait({
  name: 'waits.squared',
  options: { initial: option.duration },
  defaults: { initial: 1 },
  delay:
    ({ initial }) =>
    (state) =>
      initial * state.attemptNumber ** 2,
});
const afterFailures = defineStop({
  name: 'afterFailures',
  value: option.whole,
  test: (most) => (state) => state.attemptNumber > most,
});
const withCode = defineRetryCondition({
  name: 'withCode',
  list: option.text,
  test:
    (..._codes) =>
    () =>
      true,
});

describe('policyFromJSON with strategies of the user', () => {
  const strategies = [squared, afterFailures, withCode];

  test('reads them beside its own, in each option', () => {
    const policy = policyFromJSON(
      {
        stop: { any: [{ afterFailures: 2 }, { never: {} }] },
        wait: { chain: [{ squared: { initial: 5 } }, { fixed: 1 }] },
        retryIf: { all: [{ withCode: ['A'] }, { always: {} }] },
      },
      { strategies },
    );
    expect([policy.stop, policy.wait, policy.retryIf].map(String)).toEqual([
      'stop.any(afterFailures(2), stop.never)',
      'wait.chain(waits.squared({ initial: 5 }), wait.fixed(1))',
      "retryIf.all(withCode('A'), retryIf.always)",
    ]);
  });

  test('knows them in that call alone', () => {
    policyFromJSON({}, { strategies });
    expect(() => policyFromJSON({ wait: { squared: {} } })).toThrow('wait.squared: there is no such strategy');
    expect(policyFromJSON({ wait: { fixed: 1 } }, { strategies: [] }).wait).toBeDefined();
  });

  test('refuses one with the name of another', () => {
    const fixed = defineWait({ name: 'mine.fixed', delay: () => () => 1 });
    expect(() => policyFromJSON({}, { strategies: [fixed] })).toThrow(
      new TypeError('strategies: mine.fixed has the name of another strategy, { "fixed": … }'),
    );
    expect(() => policyFromJSON({}, { strategies: [squared, squared] })).toThrow('has the name of another strategy');
  });

  test.each<[string, unknown, string]>([
    [
      'a function',
      [() => 1],
      'strategies takes a list of factories that defineStop, defineWait or defineRetryCondition',
    ],
    ['null', [null], 'strategies takes a list of factories that defineStop, defineWait or defineRetryCondition'],
    ['a factory without its list', squared, 'strategies takes a list of factories, got the function factory'],
  ])('refuses %s', (_what, wrong, message) => {
    expect(() => policyFromJSON({}, { strategies: wrong as never })).toThrow(TypeError);
    expect(() => policyFromJSON({}, { strategies: wrong as never })).toThrow(message);
  });
});
