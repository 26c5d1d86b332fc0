import { runInNewContext } from 'node:vm';
import { checkKeys, orAll, suggestion } from '../../lib/base/check';
import { nearest } from '../../lib/base/nearest';

describe('the name that was meant', () => {
  test.each([
    ['itself', 'attempts', 'attempts'],
    ['with a letter too many', 'attemptss', 'attempts'],
    ['with two letters too many', 'aattemptss', 'attempts'],
    ['with a letter missing', 'attemps', 'attempts'],
    ['with its first two letters missing', 'tempts', 'attempts'],
    ['with its last two letters missing', 'attemp', 'attempts'],
    ['with other letters', 'etmempts', 'attempts'],
    ['with two letters exchanged', 'atetmpts', 'attempts'],
    ['with one more, one less and one other', 'xattmpos', undefined],
    ['in capitals', 'ATTEMPTS', 'attempts'],
    ['with underscores and hyphens', '-at_tem__pts-', 'attempts'],
    ['another word', 'deadline', undefined],
    ['nothing', '', undefined],
  ])('%s: %s', (_what, word, meant) => {
    expect(nearest(word, ['attempts'])).toBe(meant);
  });

  test('may be written in capitals, with underscores and hyphens', () => {
    expect(nearest('maxdelayms', ['MAX_DELAY-MS'])).toBe('MAX_DELAY-MS');
  });

  test.each([
    ['12345678', 'ab345678', true],
    ['12345678', 'abc45678', false],
    ['123456789', 'abc456789', true],
    ['123456789', 'abcd56789', false],
    ['ab', 'xy', true],
    ['ab', 'xyz', false],
  ])('of %s may be %s: %s', (word, name, near) => {
    expect(nearest(word, [name])).toBe(near ? name : undefined);
  });

  test('is the nearest, and of two that are as near the first', () => {
    expect(nearest('wait', ['weight', 'wail', 'waits'])).toBe('wail');
    expect(nearest('wait', ['waits', 'wail'])).toBe('waits');
    expect(nearest('wait', ['wail', 'wait'])).toBe('wait');
    expect(nearest('wait', [])).toBeUndefined();
  });

  test('is not looked for where a word is too long to be a slip', () => {
    const [longest, longer] = ['x'.repeat(60), 'x'.repeat(61)];
    expect(nearest(longest, [longest])).toBe(longest);
    expect(nearest(longer, [longer])).toBeUndefined();
  });

  test('is asked for, or all are named', () => {
    expect(suggestion('wiat', ['stop', 'wait'])).toBe('did you mean "wait"?');
    expect(suggestion('nonsense', ['stop', 'wait'])).toBeUndefined();
    expect(orAll('wiat', ['stop', 'wait'])).toBe('did you mean "wait"?');
    expect(orAll('nonsense', ['stop', 'wait'])).toBe('it takes stop, wait');
  });
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
