import {
  checkBoolean,
  checkClock,
  checkDuration,
  checkFinite,
  checkCallback,
  checkFunction,
  checkName,
  checkNotNaN,
  checkPositive,
  checkRange,
  checkSignal,
  checkWhole,
  isAbortSignal,
} from '../../lib/base/check';
import { systemClock } from '../../lib/base/clock';

const { signal } = new AbortController();
const nothing = (): void => undefined;
const finiteDuration = 'a duration in milliseconds (a finite number ≥ 0)';
const duration = 'a duration in milliseconds (a number ≥ 0)';

type Check = (value: unknown) => unknown;

/** Each: the check, what it takes in words, values that it lets pass, values that are out of range. */
const numbers: [string, Check, string, number[], number[]][] = [
  ['a duration', (v) => checkDuration('x', v), finiteDuration, [0, 0.5, 1e300], [-1, -Infinity, Infinity]],
  [
    'a duration that may be infinite',
    (v) => checkDuration('x', v, { infinite: true }),
    duration,
    [0, 7, Infinity],
    [-1, -Infinity],
  ],
  ['a number in a range', (v) => checkRange('x', v, 1, 3), 'a number from 1 to 3', [1, 2.5, 3], [0.9, 3.1, Infinity]],
  [
    'a finite number from a least one on',
    (v) => checkRange('x', v, 1, Number.MAX_VALUE),
    'a finite number ≥ 1',
    [1, 1e308],
    [0, Infinity],
  ],
  ['a number from a least one on', (v) => checkRange('x', v, 1, Infinity), 'a number ≥ 1', [1, 9, Infinity], [0, -1]],
  ['a positive number', (v) => checkPositive('x', v), 'a finite number > 0', [1e-9, 5], [0, -1, Infinity]],
  ['a finite number', (v) => checkFinite('x', v), 'a finite number', [-5, 0, 1e300], [Infinity, -Infinity]],
  ['a whole number', (v) => checkWhole('x', v), 'a whole number ≥ 0', [0, 1, 2 ** 40], [-1, 0.5, Infinity]],
  ['a whole number from 2 on', (v) => checkWhole('x', v, 2), 'a whole number ≥ 2', [2, 3], [1, 2.5, Infinity]],
  [
    'a whole number that may be infinite',
    (v) => checkWhole('x', v, 1, { infinite: true }),
    'a whole number ≥ 1',
    [1, Infinity],
    [0, 1.5, -Infinity],
  ],
];

describe.each(numbers)('%s', (_name, check, takes, good, bad) => {
  test.each(good)('may be %p, which comes back', (value) => {
    expect(check(value)).toBe(value);
  });

  test.each(bad)('is not %p', (value) => {
    expect(() => check(value)).toThrow(new RangeError(`x takes ${takes}, got ${value}`));
    expect(() => check(value)).toThrow(RangeError);
  });

  test('is not NaN', () => {
    expect(() => check(NaN)).toThrow(new RangeError(`x takes ${takes}, got NaN`));
    expect(() => check(NaN)).toThrow(RangeError);
  });

  test.each([
    ['5', '"5"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [5n, '5n'],
  ])('is no other type: %p', (value, shown) => {
    expect(() => check(value)).toThrow(new TypeError(`x takes ${takes}, got ${shown}`));
    expect(() => check(value)).toThrow(TypeError);
  });
});

describe('any number', () => {
  test.each([-Infinity, -1, 0, 0.5, Infinity])('may be %p, which comes back', (value) => {
    expect(checkNotNaN('x', value)).toBe(value);
  });

  test('is not NaN', () => {
    expect(() => checkNotNaN('x', NaN)).toThrow(new RangeError('x takes a number, got NaN'));
    expect(() => checkNotNaN('x', NaN)).toThrow(RangeError);
  });

  test.each([
    ['5', '"5"'],
    [undefined, 'undefined'],
    [5n, '5n'],
  ])('is no other type: %p', (value, shown) => {
    expect(() => checkNotNaN('x', value)).toThrow(new TypeError(`x takes a number, got ${shown}`));
    expect(() => checkNotNaN('x', value)).toThrow(TypeError);
  });
});

describe('a name', () => {
  test.each(['a', ' '])('may be %p, which comes back', (value) => {
    expect(checkName('x', value)).toBe(value);
  });

  test.each([
    ['', '""'],
    [5, '5'],
    [undefined, 'undefined'],
    [['a'], 'an array'],
  ])('is not %p', (value, shown) => {
    expect(() => checkName('x', value)).toThrow(new TypeError(`x takes a name that is not empty, got ${shown}`));
    expect(() => checkName('x', value)).toThrow(TypeError);
  });
});

describe('a switch', () => {
  test('is true or false, which comes back', () => {
    expect([checkBoolean('x', true), checkBoolean('x', false)]).toEqual([true, false]);
  });

  test.each([[1], ['true'], [undefined]])('is not %p', (value) => {
    expect(() => checkBoolean('x', value)).toThrow(TypeError);
    expect(() => checkBoolean('x', value)).toThrow(/^x takes true or false, got (1|"true"|undefined)$/);
  });
});

describe('a function', () => {
  test('is anything that can be called', () => {
    expect(() => {
      checkFunction('x', () => 1);
    }).not.toThrow();
  });

  test('is nothing else, and the message says what it is for', () => {
    expect(() => {
      checkFunction('x', {});
    }).toThrow(new TypeError('x takes a function, got an object'));
    expect(() => {
      checkFunction('x', 5, 'a function of the error');
    }).toThrow(new TypeError('x takes a function of the error, got 5'));
  });
});

describe('an abort signal', () => {
  const lookalike = { aborted: false, addEventListener: nothing, removeEventListener: nothing };

  test('may be of another realm', () => {
    expect([signal, AbortSignal.abort(), lookalike].map(isAbortSignal)).toEqual([true, true, true]);
    expect(checkSignal('x', signal)).toBe(signal);
    expect(checkSignal('x', lookalike)).toBe(lookalike);
  });

  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['signal', '"signal"'],
    [Object.assign(() => undefined, lookalike, { named: 1 }), 'a function'],
    [{ aborted: false }, 'an object'],
    [{ aborted: 'no', addEventListener: nothing }, 'an object'],
    [{ addEventListener: nothing }, 'an object'],
    [{ aborted: false, addEventListener: true }, 'an object'],
    [new AbortController(), 'an instance of AbortController'],
  ])('is not %p', (value, shown) => {
    expect(isAbortSignal(value)).toBe(false);
    expect(() => checkSignal('x', value)).toThrow(new TypeError(`x takes an AbortSignal, got ${shown}`));
  });
});

describe('a clock', () => {
  test('has now and sleep', () => {
    class OwnClock {
      now(): number {
        return 0;
      }
      sleep(): Promise<void> {
        return Promise.resolve();
      }
    }
    for (const clock of [systemClock, new OwnClock()]) {
      expect(() => {
        checkClock('x', clock);
      }).not.toThrow();
    }
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Date, 'the class Date'],
    [{ now: nothing }, 'an object'],
    [{ sleep: nothing }, 'an object'],
    [{ now: 0, sleep: nothing }, 'an object'],
    [new Map(), 'an instance of Map'],
  ])('is not %p', (value, shown) => {
    expect(() => {
      checkClock('x', value);
    }).toThrow(new TypeError(`x takes a clock, an object with now() and sleep(ms, signal), got ${shown}`));
  });
});

describe('a function that an option keeps', () => {
  test.each([[(): void => undefined], [Boolean], [String], [nothing]])('may be %p', (fn) => {
    expect(() => {
      checkCallback('x', fn);
    }).not.toThrow();
  });

  test('is no class, which would throw when it is called', () => {
    expect(() => {
      checkCallback('x', class Named {}, 'a function of the error');
    }).toThrow(new TypeError('x takes a function of the error, got the class Named'));
    expect(() => {
      checkCallback('x', AbortController);
    }).toThrow(new TypeError('x takes a function, got the class AbortController'));
  });

  test('is nothing else', () => {
    expect(() => {
      checkCallback('x', 5);
    }).toThrow(new TypeError('x takes a function, got 5'));
  });
});

test('an abort signal from which no listener can be removed is refused', () => {
  expect(isAbortSignal({ aborted: false, addEventListener: nothing })).toBe(false);
});
