import { RetryStrategy, toRetry } from '../../lib/strategies/retry-strategy';
import { hook } from '../../lib/strategies/hook';
import { always } from '../../lib/strategies/retry-if/always';
import { exception } from '../../lib/strategies/retry-if/exception';
import { exceptionType } from '../../lib/strategies/retry-if/exception-type';
import { never } from '../../lib/strategies/retry-if/never';
import { result } from '../../lib/strategies/retry-if/result';
import { any, refuses } from './refuses';
import { Parent, child, fourfold } from './retry-if/outcomes';
import { answered, raised } from './states';

describe('a retry condition', () => {
  test('negates with not what it holds for, values too, at once or later', async () => {
    expect(fourfold(exceptionType(Parent).not())).toEqual([false, true, true, true]);
    expect(
      await exception(async () => true)
        .not()
        .shouldRetry(raised(child)),
    ).toBe(false);
  });

  test('is joined with or and and, which ask in order up to the first answer that decides', () => {
    const asked: string[] = [];
    const says = (name: string, answer: boolean) => () => {
      asked.push(name);
      return answer;
    };
    const value = answered(1);
    expect(never.or(says('a', true), says('b', false)).shouldRetry(value)).toBe(true);
    expect(always.and(says('c', false), says('d', true)).shouldRetry(value)).toBe(false);
    expect(asked.join('')).toBe('ac');
  });

  test('says that it never holds for a value where that is true of everything that it is made of', () => {
    const [errors, values] = [exceptionType(Parent), result(() => true)];
    expect([errors.or(errors), errors.and(errors)].map(({ errorsOnly }) => errorsOnly)).toEqual([true, true]);
    expect([errors.or(values), errors.not()].map(({ errorsOnly }) => errorsOnly)).toEqual([false, false]);
  });

  test('of your own is of the family retryIf, and may hold for a value', () => {
    class Own extends RetryStrategy {
      shouldRetry(): boolean {
        return true;
      }
    }
    expect(new Own().errorsOnly).toBe(false);
    expect(new Own().family).toBe('retryIf');
  });
});

describe('what is no retry condition is refused', () => {
  class Busy extends Error {}
  const takes = 'a retry strategy (retryIf.exceptionType(Error)) or a function of the call state';
  const joined = hook('after.nothing', undefined, () => undefined).and();
  refuses([
    [new TypeError(`retryIf.and takes ${takes}, got 6`), () => never.and(any(6))],
    [new TypeError(`retryIf.or takes ${takes}, got 6`), () => never.or(any(6))],
    [new TypeError(`retryIf.or takes ${takes}, got null`), () => always.or(any(null))],
    [new TypeError(`retryIf.and takes ${takes}, got null`), () => always.and(any(null))],
    [new TypeError(`retryIf takes ${takes}, got the class Busy`), () => toRetry('retryIf', Busy)],
    [
      new TypeError(`retryIf takes ${takes}, got the hook strategy after.nothing.and()`),
      () => toRetry('retryIf', joined),
    ],
  ]);
});
