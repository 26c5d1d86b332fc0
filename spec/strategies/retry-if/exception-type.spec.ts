import { exceptionType } from '../../../lib/strategies/retry-if/exception-type';
import { any, refuses } from '../refuses';
import { raised } from '../states';
import { Other, Parent, fourfold } from './outcomes';

describe('retryIf.exceptionType', () => {
  test('retries errors of these classes and of their subclasses', () => {
    abstract class Abstract extends Error {}
    class Concrete extends Abstract {}
    expect(fourfold(exceptionType(Parent))).toEqual([true, false, false, false]);
    expect(fourfold(exceptionType(Parent, Other))).toEqual([true, true, false, false]);
    expect(exceptionType(Abstract).shouldRetry(raised(new Concrete()))).toBe(true);
  });

  test('retries every error without a class', () => {
    expect(fourfold(exceptionType())).toEqual([true, true, false, false]);
  });

  test('never holds for a value, and says so', () => {
    expect(exceptionType(Parent).errorsOnly).toBe(true);
  });

  describe('refuses what is no class', () => {
    const takes = 'retryIf.exceptionType takes error classes (RateLimitError, TypeError), got';
    const nameless = Object.defineProperty(() => 1, 'name', { value: '' });
    refuses([
      [new TypeError(`${takes} an instance of Error`), () => exceptionType(Parent, any(new Error()))],
      [new TypeError(`${takes} undefined`), () => exceptionType(Parent, any(undefined))],
      [new TypeError(`${takes} a function`), () => exceptionType(any(nameless))],
    ]);
  });
});
