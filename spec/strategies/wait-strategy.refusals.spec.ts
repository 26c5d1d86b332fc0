import { wait } from 'tenax';

const any = (value: unknown): any => value;
const finite = 'a duration in milliseconds (a finite number ≥ 0)';
const duration = 'a duration in milliseconds (a number ≥ 0)';
const base = `a number from 0 to ${Number.MAX_VALUE}`;

/** The options of each wait, with what each takes. */
const taken = {
  random: { min: finite },
  incrementing: { start: finite, increment: 'a finite number', max: duration },
  exponential: { initial: finite, max: duration, expBase: base, min: finite },
  randomExponential: { initial: finite, max: duration, expBase: base, min: finite },
  fullJitter: { initial: finite, max: duration, expBase: base, min: finite },
  exponentialJitter: { initial: finite, max: duration, expBase: base, min: finite, jitter: finite },
  decorrelatedJitter: { base: finite, max: duration },
  fibonacci: { initial: finite, max: duration },
  retryAfter: { max: duration },
};
type Kind = keyof typeof taken;
const options = (Object.keys(taken) as Kind[]).flatMap((kind) =>
  Object.entries(taken[kind]).map(([name, takes]) => [kind, name, takes] as const),
);

describe('an option of a wait is refused by its name', () => {
  test.each(options)('wait.%s: %s takes %s', (kind, name, takes) => {
    const make = (value: unknown) => () => wait[kind]({ [name]: value });
    const message = `wait.${kind}: ${name} takes ${takes}, got`;
    expect(make('5')).toThrow(new TypeError(`${message} "5"`));
    expect(make(NaN)).toThrow(new RangeError(`${message} NaN`));
    const worst = name === 'increment' ? -Infinity : -1;
    expect(make(worst)).toThrow(new RangeError(`${message} ${worst}`));
    if (takes === finite) expect(make(Infinity)).toThrow(new RangeError(`${message} Infinity`));
    expect(make(undefined)).not.toThrow();
    expect(String(make(undefined)())).toBe(`wait.${kind}()`);
  });

  test.each([
    ['wait.random has no option "mix"; did you mean "min"?', () => wait.random(any({ mix: 1 }))],
    [
      'wait.exponential has no option "jitter"; it takes initial, max, expBase, min',
      () => wait.exponential(any({ jitter: 1 })),
    ],
    ['wait.retryAfter has no option "nonsense"; it takes max, fallback', () => wait.retryAfter(any({ nonsense: 1 }))],
    ['wait.retryAfter takes an object with max, fallback, got 5', () => wait.retryAfter(any(5))],
    ['wait.exception takes a function from the error to milliseconds, got 5', () => wait.exception(any(5))],
  ])('%s', (message, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new TypeError(message));
  });

  test.each([
    [`wait.fixed takes ${duration}, got -1`, () => wait.fixed(-1)],
    [`wait.random: max takes ${finite}, got Infinity`, () => wait.random({ max: Infinity })],
    ['wait.random takes min ≤ max, got min 1001 and max 1000', () => wait.random({ min: 1001 })],
    ['wait.exponential takes min ≤ max, got min 2 and max 1', () => wait.exponential({ min: 2, max: 1 })],
    ['wait.fullJitter takes min ≤ max, got min 2 and max 1', () => wait.fullJitter({ min: 2, max: 1 })],
    ['wait.exponentialJitter takes min ≤ max, got min 2 and max 1', () => wait.exponentialJitter({ min: 2, max: 1 })],
    [
      'wait.decorrelatedJitter takes base ≤ max, got base 1000 and max 999',
      () => wait.decorrelatedJitter({ max: 999 }),
    ],
    [`cappedAt takes ${duration}, got -1`, () => wait.none().cappedAt(-1)],
    [`atLeast takes ${finite}, got Infinity`, () => wait.none().atLeast(Infinity)],
    ['withJitter takes a number from 0 to 1, got 1.1', () => wait.none().withJitter(1.1)],
    ['withJitter takes a number from 0 to 1, got -0.1', () => wait.none().withJitter(-0.1)],
  ])('%s', (message, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(new RangeError(message));
  });

  test('the bounds themselves are allowed', () => {
    for (const make of [
      () => wait.random({ min: 5, max: 5 }),
      () => wait.exponential({ min: 5, max: 5 }),
      () => wait.exponential({ expBase: 0, initial: 0, max: Infinity }),
      () => wait.decorrelatedJitter({ base: 5, max: 5 }),
      () => wait.none().withJitter(0).withJitter(1).cappedAt(0).cappedAt(Infinity).atLeast(0),
      () => wait.retryAfter({ max: 0 }),
    ]) {
      expect(make).not.toThrow();
    }
  });

  test('an attempt that ended in a value has no wait of its error', () => {
    expect(() => wait.exception(() => 1).delay(any({ outcome: undefined }))).toThrow(
      new TypeError('wait.exception needs an attempt that failed with an error'),
    );
    expect(() => wait.exception(() => 1).delay(any({ outcome: { failed: false, value: 1 } }))).toThrow(TypeError);
  });
});
