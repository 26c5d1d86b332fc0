import type { Declaration, Option } from '../../lib/strategies/declaration';
import { Strategy, partsOf, printed } from '../../lib/strategies/strategy';
import { AttemptTimeoutError, retryIf, stop, wait } from 'tenax';

interface Given extends Omit<Declaration, 'name'> {
  readonly factory?: string;
  readonly args: readonly unknown[];
}

const members: Option = { type: 'any', check: (_, given) => given };

/** A strategy as a factory would make it. */
class Made extends Strategy {
  override get family(): string {
    return 'made';
  }
}
const made = (given?: Given): Made => {
  if (given === undefined) return new Made();
  const { factory, args, ...declaration } = given;
  const source = { args, given: args };
  return new Made(
    factory === undefined ? source : { ...source, declaration: { name: `made.${factory}`, ...declaration } },
  );
};

class Logger {}
class ErrorWithForeignBrand extends Error {
  static readonly $brand = 5;
}
class OwnTimeout extends AttemptTimeoutError {}

describe('a strategy as JSON is', () => {
  test.each([
    ['its factory', { factory: 'f', args: [], form: 'constant' as const }, { f: {} }],
    ['its factory and one argument', { factory: 'f', args: [5] }, { f: 5 }],
    ['its factory and several', { factory: 'f', args: [5, 'x'] }, { f: [5, 'x'] }],
    ['no argument', { factory: 'f', args: [] }, { f: {} }],
    ['no list', { factory: 'f', args: [], list: members }, { f: {} }],
    ['a list of one', { factory: 'f', args: [5], list: members }, { f: [5] }],
    ['a strategy within', { factory: 'f', args: [stop.afterAttempt(3)] }, { f: { afterAttempt: 3 } }],
    ['a switch', { factory: 'f', args: [false] }, { f: false }],
    ['a text', { factory: 'f', args: [''] }, { f: '' }],
    ['a pattern', { factory: 'f', args: [/a\/b/gi] }, { f: { source: 'a\\/b', flags: 'gi' } }],
    ['fields', { factory: 'f', args: [{ a: 1, b: { c: 'x' } }] }, { f: { a: 1, b: { c: 'x' } } }],
    [
      'fields without a prototype',
      { factory: 'f', args: [Object.assign(Object.create(null), { a: 1 })] },
      { f: { a: 1 } },
    ],
    [
      'no field that is undefined or infinite',
      { factory: 'f', args: [{ a: undefined, b: Infinity, c: 0 }], defaults: { b: Infinity } },
      { f: { c: 0 } },
    ],
    [
      'a field that is infinite, where that is not its default, as large as can be',
      { factory: 'f', args: [{ a: Infinity }], defaults: { a: 5 } },
      { f: { a: Number.MAX_VALUE } },
    ],
    [
      'classes by their names',
      { factory: 'f', args: [TypeError, OwnTimeout], list: members },
      { f: ['TypeError', 'OwnTimeout'] },
    ],
    [
      'classes of tenax by their brands',
      { factory: 'f', args: [AttemptTimeoutError], list: members },
      { f: ['AttemptTimeoutError'] },
    ],
    [
      'classes whose brand is no text',
      { factory: 'f', args: [ErrorWithForeignBrand], list: members },
      { f: ['ErrorWithForeignBrand'] },
    ],
  ] as [string, Given, unknown][])('%s', (_what, source, json) => {
    expect(made(source).toJSON()).toEqual(json);
  });

  test('the brand of a class even where its name is another', () => {
    const kept = AttemptTimeoutError.name;
    Object.defineProperty(AttemptTimeoutError, 'name', { value: 'a' });
    try {
      expect(retryIf.exceptionType(AttemptTimeoutError).toJSON()).toEqual({ exceptionType: ['AttemptTimeoutError'] });
    } finally {
      Object.defineProperty(AttemptTimeoutError, 'name', { value: kept });
    }
  });

  test.each([
    ['a function', [(): number => 1], 'made.f holds a function'],
    ['a class that is no member of a list', [TypeError], 'made.f holds the class TypeError'],
    ['infinity', [Infinity], 'made.f holds Infinity'],
    ['not a number', [NaN], 'made.f holds NaN'],
    ['nothing', [undefined], 'made.f holds undefined'],
    ['null', [null], 'made.f holds null'],
    ['an instance', [new Logger()], 'made.f holds an instance of Logger'],
    ['an array', [[1]], 'made.f holds an array'],
    ['a field that it cannot hold', [{ a: { b: null } }], 'made.f a b holds null'],
    ['a class in a field', [{ a: TypeError }], 'made.f a holds the class TypeError'],
  ])('not possible of %s', (_what, args, message) => {
    Object.defineProperty(args, '0', { value: args[0] });
    const write = () => made({ factory: 'f', args: args.map(withoutName) }).toJSON();
    expect(write).toThrow(TypeError);
    expect(write).toThrow(new TypeError(`${message}, which cannot be written as JSON`));
  });

  test('not possible of a function without a name in a list, of one’s own class, and of a plain function', () => {
    const list = made({ factory: 'f', args: [withoutName(() => 1)], list: members });
    expect(() => list.toJSON()).toThrow(new TypeError('made.f holds a function, which cannot be written as JSON'));
    expect(() => made().toJSON()).toThrow(new TypeError('made: new Made() cannot be written as JSON'));
    expect(() => made({ args: [withoutName(() => 1)] }).toJSON()).toThrow(
      new TypeError('made: (state) => … cannot be written as JSON'),
    );
  });
});

/** An arrow function as it stands in an argument: without a name. */
function withoutName(value: unknown): unknown {
  if (typeof value === 'function' && !('prototype' in value)) Reflect.defineProperty(value, 'name', { value: '' });
  return value;
}

describe('a strategy prints', () => {
  test.each([
    ['as the class that it is', undefined, 'new Made()'],
    ['as the function that it stands for', { args: [Math.max] }, 'max'],
    ['as what is not called', { factory: 'f', args: [], form: 'constant' as const }, 'made.f'],
    ['as a call', { factory: 'f', args: [1, 'x'] }, "made.f(1, 'x')"],
    [
      'as a method of its first argument',
      { factory: 'f', args: [wait.none(), 1, 2], form: 'method' as const },
      'wait.none().f(1, 2)',
    ],
    ['as a list', { factory: 'f', args: [1], list: members }, 'made.f(1)'],
  ] as [string, Given | undefined, string][])('%s', (_how, source, code) => {
    expect(String(made(source))).toBe(code);
  });
});

describe('a value prints as the code that makes it', () => {
  test.each([
    [`it's "so"\n\\`, `'it\\'s "so"\\n\\\\'`],
    [`'''`, `'\\'\\'\\''`],
    ['""', `'""'`],
    [5, '5'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [/a\/b/gi, '/a\\/b/gi'],
    [stop.never, 'stop.never'],
    [withoutName(() => 1), '(state) => …'],
    [TypeError, 'TypeError'],
    [new Logger(), 'logger'],
    [new AbortController().signal, 'abortSignal'],
    [{}, '{}'],
    [{ a: undefined }, '{}'],
    [{ a: 1, b: undefined, c: { d: 'x' } }, "{ a: 1, c: { d: 'x' } }"],
    [Object.assign(Object.create(null), { a: 1 }), '{ a: 1 }'],
  ])('%p', (value, code) => {
    expect(printed(value)).toBe(code);
  });
});

describe('the parts of a strategy', () => {
  test('are itself and all that it is made of, however deep', () => {
    const [inner, other] = [stop.afterAttempt(1), stop.afterDelay(2)];
    const both = stop.all(inner, other);
    const whole = stop.any(both, stop.never);
    expect([...partsOf(whole)]).toEqual([whole, both, inner, other, stop.never]);
    expect([...partsOf(made())]).toHaveLength(1);
  });
});
