import { exceptionCauseType } from '../../../lib/strategies/retry-if/exception-cause-type';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';
import { Other, Parent, child } from './outcomes';

describe('retryIf.exceptionCauseType', () => {
  const deep = new Error('a', { cause: new Error('b', { cause: child }) });

  test('retries errors with such an error anywhere in their chain of causes', () => {
    expect(exceptionCauseType(Parent).shouldRetry(raised(deep))).toBe(true);
    expect(exceptionCauseType(Other).shouldRetry(raised(deep))).toBe(false);
    expect(exceptionCauseType(Parent).shouldRetry(raised(child))).toBe(false);
  });

  test('retries errors with any error as their cause without a class', () => {
    expect(exceptionCauseType().shouldRetry(raised(deep))).toBe(true);
  });

  test('ends where the chain of causes is circular', () => {
    const circle: Error & { cause?: unknown } = new Error('c');
    circle.cause = new Error('d', { cause: circle });
    expect(exceptionCauseType(Parent).shouldRetry(raised(circle))).toBe(false);
  });

  test('does not retry what has no cause, nor a value', () => {
    for (const thrown of ['text', null, undefined]) {
      expect(exceptionCauseType(Parent).shouldRetry(raised(thrown))).toBe(false);
    }
    expect(exceptionCauseType(Parent).shouldRetry(answered(1))).toBe(false);
    expect(exceptionCauseType(Parent).errorsOnly).toBe(true);
  });

  describe('refuses what is no class', () => {
    const takes = 'retryIf.exceptionCauseType takes error classes (RateLimitError, TypeError), got';
    const nameless = Object.defineProperty(() => 1, 'name', { value: '' });
    refuses([
      [new TypeError(`${takes} an instance of Error`), () => exceptionCauseType(Parent, any(new Error()))],
      [new TypeError(`${takes} undefined`), () => exceptionCauseType(Parent, any(undefined))],
      [new TypeError(`${takes} a function`), () => exceptionCauseType(any(nameless))],
    ]);
  });
});
