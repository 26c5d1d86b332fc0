import { runInNewContext } from 'node:vm';
import { checkKeys, orAll, suggestion } from '../../lib/base/check';

test('suggestion names the nearest name; orAll names all of them if none is near', () => {
  expect(suggestion('wiat', ['stop', 'wait'])).toBe('did you mean "wait"?');
  expect(suggestion('nonsense', ['stop', 'wait'])).toBeUndefined();
  expect(orAll('wiat', ['stop', 'wait'])).toBe('did you mean "wait"?');
  expect(orAll('nonsense', ['stop', 'wait'])).toBe('it takes stop, wait');
});

describe('an object of options', () => {
  const check = (value: unknown) => () => {
    checkKeys('retry', value, ['stop', 'wait']);
  };

  test('has known keys only', () => {
    expect(check({})).not.toThrow();
    expect(check({ wait: 1, stop: undefined })).not.toThrow();
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['stop', '"stop"'],
    [['stop'], 'an array'],
    [() => 1, 'a function'],
  ])('is not %p', (value, shown) => {
    expect(check(value)).toThrow(new TypeError(`retry takes an object with stop, wait, got ${shown}`));
  });

  class Options {
    stop = 1;
  }
  class Empty {}

  test.each<[string, unknown]>([
    ['of another realm', runInNewContext('({})')],
    ['of another realm, with options', runInNewContext('({ stop: 1 })')],
    ['without a prototype', Object.create(null)],
    ['of a class with options of its own', new Options()],
    ['that inherits from a class with options', new (class extends Options {})()],
  ])('may be an object %s', (_what, value) => {
    expect(check(value)).not.toThrow();
  });

  test.each<[string, unknown]>([
    ['Promise', Promise.resolve({})],
    ['Map', new Map([['stop', 1]])],
    ['Date', new Date()],
    ['Error', new Error('stop')],
    ['Empty', new Empty()],
    ['Map', runInNewContext('new Map()')],
  ])('is no %s, which holds no options', (name, value) => {
    expect(check(value)).toThrow(new TypeError(`retry takes an object with stop, wait, got an instance of ${name}`));
  });

  test('with another key is refused with the nearest, or all', () => {
    expect(check({ stop: 1, wiat: 2 })).toThrow(new TypeError('retry has no option "wiat"; did you mean "wait"?'));
    expect(check({ nonsense: 2 })).toThrow(new TypeError('retry has no option "nonsense"; it takes stop, wait'));
  });

  test('with a key of another library is refused with what to use in its place', () => {
    const other = (value: unknown) => () => {
      checkKeys('retry', value, ['stop', 'wait'], { retries: 'stop: stop.afterAttempt(n)' });
    };
    expect(other({ retries: 3 })).toThrow(
      new TypeError('retry has no option "retries"; use stop: stop.afterAttempt(n)'),
    );
    expect(other({ toString: 3 })).toThrow(new TypeError('retry has no option "toString"; it takes stop, wait'));
  });
});
