import * as tenax from 'tenax';
import * as http from 'tenax/http';
import { isBranded } from '../../lib/base/brand';
import { TenaxError } from '../../lib/base/errors';

/** The classes of one copy of the package. */
function copy() {
  class Base {
    static readonly $brand: string = 'tenax.Base';
  }
  class Derived extends Base {
    static override readonly $brand: string = 'tenax.Derived';
  }
  class Unbranded extends Base {}
  return { Base, Derived, Unbranded };
}
const [one, other] = [copy(), copy()];

describe('an object is an instance of a branded class', () => {
  test.each([
    ['of its own copy', new one.Base(), one.Base],
    ['of another copy', new other.Base(), one.Base],
    ['that another copy’s class is derived from', new other.Derived(), one.Base],
    ['that a class of the user’s is derived from', new other.Unbranded(), one.Base],
    ['of the user’s, by identity', new one.Unbranded(), one.Unbranded],
    ['in the chain of prototypes of a function', Object.setPrototypeOf(() => 1, one.Base.prototype), one.Base],
  ])('%s', (_what, value, Class) => {
    expect(isBranded(Class, value)).toBe(true);
  });
});

describe('nothing is an instance of a branded class', () => {
  class Liar {
    static readonly $brand = undefined;
  }
  test.each([
    ['that is none of it', new Error(), one.Base],
    ['that is derived from it', new one.Base(), one.Derived],
    ['of another name', new other.Derived(), { $brand: 'tenax.Other', prototype: {} }],
    ['that only inherits its brand', new other.Unbranded(), one.Unbranded],
    ['made by a class that only inherits its brand', new other.Base(), one.Unbranded],
    ['without a brand', new Liar(), { prototype: {} }],
    [
      'whose brand is inherited on the other side',
      Object.create(Object.create({ constructor: Object.create(one.Base) })),
      one.Base,
    ],
    ['without a prototype', Object.create(null), one.Base],
    ['whose constructor is gone', Object.create({ constructor: undefined }), one.Base],
    ['that is a text', 'text', one.Base],
    ['that is null', null, one.Base],
    ['that is undefined', undefined, one.Base],
  ])('%s', (_what, value, Class) => {
    expect(isBranded(Class, value)).toBe(false);
  });

  test('that is a primitive, whatever its prototype', () => {
    expect(isBranded({ prototype: String.prototype }, 'text')).toBe(false);
    expect(isBranded({ prototype: String.prototype }, Object('text'))).toBe(true);
  });
});

describe('an error of tenax', () => {
  class OddError extends TenaxError {
    static override readonly $brand: string = 'tenax.OddError';
    readonly code = 'ODD';
  }
  class OwnError extends OddError {}

  test('is named by its brand, which a minifier leaves alone; one of the user’s by its class', () => {
    expect(Object.defineProperty(new OddError('x'), 'constructor', { value: OddError }).name).toBe('OddError');
    Object.defineProperty(OddError, 'name', { value: 'a' });
    expect(new OddError('x').name).toBe('OddError');
    expect(String(new OddError('x'))).toBe('OddError: x');
    expect(new OwnError('x').name).toBe('OwnError');
  });

  test('may be given another name, more than once', () => {
    const error = new OddError('x');
    error.name = 'Other';
    expect(error.name).toBe('Other');
    error.name = 'Another';
    expect(error.name).toBe('Another');
    expect(Object.keys(error)).not.toContain('name');
    Reflect.deleteProperty(error, 'name');
    expect(error.name).toBe('OddError');
  });

  test('is an instance between copies, with its cause', () => {
    class Copy extends Error {
      static readonly $brand: string = 'tenax.TenaxError';
    }
    const cause = new Error('origin');
    const error = new OwnError('x', { cause });
    expect([error, new Copy()].map((each) => each instanceof TenaxError)).toEqual([true, true]);
    expect([new Error(), undefined].map((each) => (each as unknown) instanceof TenaxError)).toEqual([false, false]);
    expect([error instanceof Error, error.cause, error.code]).toEqual([true, cause, 'ODD']);
    expect(TenaxError.$brand).toBe('tenax.TenaxError');
  });
});

/** Errors are caught, and strategies, hooks and policies are passed, across the copies. */
const shared = Object.entries<unknown>({ ...tenax, ...http }).filter(
  ([, value]) => typeof value === 'function' && (value.prototype instanceof Error || '$brand' in value),
);

test.each(shared)('%s has a brand of its own', (name, Class) => {
  expect(Object.getOwnPropertyDescriptor(Class, '$brand')?.value).toBe(`tenax.${name}`);
});
