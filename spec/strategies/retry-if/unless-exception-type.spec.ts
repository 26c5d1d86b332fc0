import { unlessExceptionType } from '../../../lib/strategies/retry-if/unless-exception-type';
import { any, refuses } from '../refuses';
import { raised } from '../states';
import { Parent, child, fourfold } from './outcomes';

describe('retryIf.unlessExceptionType', () => {
  test('retries values and errors until an error of these classes comes', () => {
    expect(fourfold(unlessExceptionType(Parent))).toEqual([false, true, true, true]);
    expect(fourfold(unlessExceptionType())).toEqual([false, false, true, true]);
  });

  test('may hold for a value, and says so', () => {
    expect(unlessExceptionType(Parent).errorsOnly).toBe(false);
  });

  test('throws where it is asked about an attempt that has not ended', () => {
    const running = raised(child);
    running.outcome = undefined;
    expect(() => unlessExceptionType().shouldRetry(running)).toThrow(
      new TypeError('a retry condition is asked about an attempt that has ended'),
    );
  });

  describe('refuses what is no class', () => {
    const takes = 'retryIf.unlessExceptionType takes error classes (RateLimitError, TypeError), got';
    const nameless = Object.defineProperty(() => 1, 'name', { value: '' });
    refuses([
      [new TypeError(`${takes} an instance of Error`), () => unlessExceptionType(Parent, any(new Error()))],
      [new TypeError(`${takes} undefined`), () => unlessExceptionType(Parent, any(undefined))],
      [new TypeError(`${takes} a function`), () => unlessExceptionType(any(nameless))],
    ]);
  });
});
