import { RetryStrategy, retryIf, type RetryCallState } from 'tenax';
import { answered, raised } from './states';

const ask = (strategy: RetryStrategy, state: RetryCallState) => strategy.shouldRetry(state);

class Parent extends Error {}
const child = new Parent('child');

describe('retryIf refuses', () => {
  const given = (value: unknown): any => value;
  const cases: (readonly [string, () => unknown])[] = [
    ['retryIf.exception takes a function of the error, got "x"', () => retryIf.exception(given('x'))],
    ['retryIf.result takes a function of the result, got undefined', () => retryIf.result(given(undefined))],
    ['retryIf.notResult takes a function of the result, got 5', () => retryIf.notResult(given(5))],
    ...(['exceptionType', 'notExceptionType', 'unlessExceptionType', 'exceptionCauseType'] as const).flatMap((name) => [
      [
        `retryIf.${name} takes error classes (RateLimitError, TypeError), got an instance of Error`,
        () => retryIf[name](Parent, given(new Error())),
      ] as const,
      [
        `retryIf.${name} takes error classes (RateLimitError, TypeError), got undefined`,
        () => retryIf[name](Parent, given(undefined)),
      ] as const,
      [
        `retryIf.${name} takes error classes (RateLimitError, TypeError), got a function`,
        () => retryIf[name](given(Object.defineProperty(() => 1, 'name', { value: '' }))),
      ] as const,
    ]),
    ...(['exceptionMessage', 'notExceptionMessage'] as const).flatMap((name) =>
      (
        [
          [': message takes a string, got 5', { message: 5 }],
          [': match takes a string or a RegExp, got 5', { match: 5 }],
          [' takes either message or match', {}],
          [' takes either message or match', { message: 'a', match: 'b' }],
          [' has no option "mesage"; did you mean "message"?', { mesage: 'a' }],
          [' takes an object with message, match, got "busy"', 'busy'],
        ] as const
      ).map(([message, condition]) => [`retryIf.${name}${message}`, () => retryIf[name](given(condition))] as const),
    ),
  ];
  test.each(cases)('%s', (message, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new TypeError(message));
  });

  test.each(['exceptionMessage', 'notExceptionMessage'] as const)(
    '%s of no pattern, and says what is wrong with it',
    (name) => {
      let error: unknown;
      try {
        retryIf[name]({ match: '(' });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({
        message: `retryIf.${name}: match takes the source of a RegExp: Invalid regular expression: /(/y: Unterminated group`,
        cause: expect.any(SyntaxError),
      });
    },
  );

  test('to judge an attempt that has not ended', () => {
    const running = raised(child);
    running.outcome = undefined;
    for (const strategy of [
      retryIf.exception(),
      retryIf.unlessExceptionType(),
      retryIf.result(() => true),
      retryIf.notResult(() => true),
    ]) {
      expect(() => ask(strategy, running)).toThrow(
        new TypeError('a retry condition is asked about an attempt that has ended'),
      );
    }
  });
});

describe('a condition that never retries a value says so', () => {
  const [errors, values] = [retryIf.exceptionType(Parent), retryIf.result(() => true)];
  test.each([
    [true, retryIf.never],
    [true, retryIf.exception()],
    [true, retryIf.exception(() => true)],
    [true, errors],
    [true, retryIf.notExceptionType(Parent)],
    [true, retryIf.exceptionCauseType(Parent)],
    [true, retryIf.exceptionMessage({ message: 'x' })],
    [true, errors.or(errors)],
    [true, errors.and(errors)],
    [false, errors.or(values)],
    [false, errors.not()],
    [false, values],
    [false, retryIf.always],
    [false, retryIf.unlessExceptionType(Parent)],
    [false, retryIf.notExceptionMessage({ message: 'x' })],
    [false, retryIf.any(() => false)],
  ])('%p: %s', (errorsOnly, strategy) => {
    expect(strategy.errorsOnly).toBe(errorsOnly);
  });

  test('as one of the user’s own cannot', () => {
    class Own extends RetryStrategy {
      shouldRetry(): boolean {
        return true;
      }
    }
    expect(new Own().errorsOnly).toBe(false);
    expect(new Own().family).toBe('retryIf');
  });
});

test('an abort is told by its name, and by nothing else', () => {
  const names = ['AbortError', 'CanceledError', 'TimeoutError', 'abortError', undefined];
  expect(names.map((name) => ask(retryIf.exception(), raised({ name })))).toEqual([false, false, true, true, true]);
  expect([null, undefined, 'AbortError'].map((error) => ask(retryIf.exception(), raised(error)))).toEqual([
    true,
    true,
    true,
  ]);
});

describe('a condition on values', () => {
  const odd = (value: unknown): boolean => Number(value) % 2 === 1;

  test('is asked of values alone', () => {
    expect([ask(retryIf.result(odd), answered(1)), ask(retryIf.result(odd), answered(2))]).toEqual([true, false]);
    expect([ask(retryIf.notResult(odd), answered(1)), ask(retryIf.notResult(odd), answered(2))]).toEqual([false, true]);
    expect([ask(retryIf.result(odd), raised(1)), ask(retryIf.notResult(odd), raised(2))]).toEqual([false, false]);
  });
});

describe('the engine may leave a value alone', () => {
  const onErrors = retryIf.exceptionType(TypeError);

  test('where errors alone are asked about', () => {
    for (const condition of [onErrors, retryIf.any(onErrors, retryIf.exception()), retryIf.all(onErrors)]) {
      expect(condition.errorsOnly).toBe(true);
    }
  });

  test('but not where any part asks about values', () => {
    for (const condition of [retryIf.result(() => true), onErrors.or(retryIf.result(() => true)), retryIf.always]) {
      expect(condition.errorsOnly).toBe(false);
    }
  });
});
