import { notExceptionType } from '../../../lib/strategies/retry-if/not-exception-type';
import { any, refuses } from '../refuses';
import { Parent, fourfold } from './outcomes';

describe('retryIf.notExceptionType', () => {
  test('retries what was thrown of any other class', () => {
    expect(fourfold(notExceptionType(Parent))).toEqual([false, true, true, false]);
  });

  test('retries what is no error without a class', () => {
    expect(fourfold(notExceptionType())).toEqual([false, false, true, false]);
  });

  test('never holds for a value, and says so', () => {
    expect(notExceptionType(Parent).errorsOnly).toBe(true);
  });

  describe('refuses what is no class', () => {
    const takes = 'retryIf.notExceptionType takes error classes (RateLimitError, TypeError), got';
    const nameless = Object.defineProperty(() => 1, 'name', { value: '' });
    refuses([
      [new TypeError(`${takes} an instance of Error`), () => notExceptionType(Parent, any(new Error()))],
      [new TypeError(`${takes} undefined`), () => notExceptionType(Parent, any(undefined))],
      [new TypeError(`${takes} a function`), () => notExceptionType(any(nameless))],
    ]);
  });
});
