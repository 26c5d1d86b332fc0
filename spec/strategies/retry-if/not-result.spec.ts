import { notResult } from '../../../lib/strategies/retry-if/not-result';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';
import { fourfold } from './outcomes';

describe('retryIf.notResult', () => {
  const odd = (value: unknown): boolean => Number(value) % 2 === 1;

  test('retries values for which its function returns false, at once or later', async () => {
    expect([1, 2].map((value) => notResult(odd).shouldRetry(answered(value)))).toEqual([false, true]);
    expect(await notResult(async (value) => value === 1).shouldRetry(answered(1))).toBe(false);
  });

  test('retries no error', () => {
    expect(fourfold(notResult((value) => value === 1))).toEqual([false, false, false, false]);
    expect(notResult(odd).shouldRetry(raised(2))).toBe(false);
  });

  test('throws where it is asked about an attempt that has not ended', () => {
    const running = answered(1);
    running.outcome = undefined;
    expect(() => notResult(() => true).shouldRetry(running)).toThrow(
      new TypeError('a retry condition is asked about an attempt that has ended'),
    );
  });

  describe('refuses what is no function', () => {
    refuses([[new TypeError('retryIf.notResult takes a function of the result, got 5'), () => notResult(any(5))]]);
  });
});
