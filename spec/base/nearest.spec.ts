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
});
