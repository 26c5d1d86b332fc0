import { runInNewContext } from 'node:vm';
import { retryIf } from 'tenax';
import { isRegExp } from '../../lib/base/is-reg-exp';

test('a RegExp of any realm is one', () => {
  expect([/a/, runInNewContext('/a/'), 'a', null, {}].map(isRegExp)).toEqual([true, true, false, false, false]);
});

test('a message condition takes a RegExp of another realm, prints it and writes it as JSON', () => {
  const condition = retryIf.exceptionMessage({ match: runInNewContext('/bus/gi') as RegExp });
  const state = { outcome: { failed: true, error: new Error('Busy') } } as never;
  expect([condition.shouldRetry(state), condition.shouldRetry(state)]).toEqual([true, true]);
  expect(String(condition)).toBe('retryIf.exceptionMessage({ match: /bus/gi })');
  expect(condition.toJSON()).toEqual({ exceptionMessage: { match: { source: 'bus', flags: 'gi' } } });
});
