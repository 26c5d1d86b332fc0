import { isClass, formatValue } from '../../lib/base/check';

class Named {}
function named(): void {}
const [Anonymous, anonymous, arrow] = [class {}, function () {}, () => 1].map((each) => {
  Reflect.defineProperty(each, 'name', { value: '' });
  return each;
}) as [new () => object, () => void, () => number];

describe('a value in a message', () => {
  test.each([
    ['a text', 'a "text"\n', '"a \\"text\\"\\n"'],
    ['a text of 40 characters', 'x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['a longer text, cut off', 'x'.repeat(41), `"${'x'.repeat(40)}…"`],
    ['an address, without its secrets', 'http://me:s3cret@host/path?key=s3cret#s3cret', '"http://host/path"'],
    ['an address whose password has a slash', 'redis://me:s3/cret@host/0', '"redis://host/0"'],
    ['an address whose password has a "?"', 'redis://:s3?cret@host/0', '"redis://host/0"'],
    ['an address with a port and an "@" in its path', 'http://host:80/@me', '"http://host:80/@me"'],
    ['a text with a question that is no address', 'who? me#1', '"who? me#1"'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', -0.5, '-0.5'],
    ['a large number', 10n, '10n'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['true', true, 'true'],
    ['a function', named, 'the function named'],
    ['a function without a name', anonymous, 'a function'],
    ['an arrow function', arrow, 'a function'],
    ['a class', Named, 'the class Named'],
    ['a class without a name', Anonymous, 'a class'],
    ['an array', ['secret'], 'an array'],
    ['an object', { key: 'secret' }, 'an object'],
    ['an object without a prototype', Object.create(null), 'an object'],
    ['an object with a field named constructor', { constructor: { name: 5 } }, 'an object'],
    ['an object whose constructor is gone', { constructor: undefined }, 'an object'],
    ['an instance', new Named(), 'an instance of Named'],
    ['an instance of a class without a name', new Anonymous(), 'an object'],
    ['an error', new TypeError('secret'), 'an instance of TypeError'],
  ])('%s', (_name, value, shown) => {
    expect(formatValue(value)).toBe(shown);
  });
});

describe('a class', () => {
  test.each([Named, Anonymous, Error, Map])('is %p', (value) => {
    expect(isClass(value)).toBe(true);
  });

  test.each([
    [named],
    [anonymous],
    [arrow],
    [Math.max],
    [null],
    [undefined],
    [new Named()],
    [Object.freeze({ prototype: 1 })],
  ])('is not %p', (value) => {
    expect(isClass(value)).toBe(false);
  });
});
