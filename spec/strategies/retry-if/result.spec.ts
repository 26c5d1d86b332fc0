import { result } from '../../../lib/strategies/retry-if/result';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';
import { fourfold } from './outcomes';

describe('retryIf.result', () => {
  const odd = (value: unknown): boolean => Number(value) % 2 === 1;

  test('retries values for which its function returns true, at once or later', async () => {
    expect([1, 2].map((value) => result(odd).shouldRetry(answered(value)))).toEqual([true, false]);
    expect(await result(async () => true).shouldRetry(answered(1))).toBe(true);
  });

  test('retries no error', () => {
    expect(fourfold(result((value) => value === 1))).toEqual([false, false, false, true]);
    expect(result(odd).shouldRetry(raised(1))).toBe(false);
    expect(result(odd).errorsOnly).toBe(false);
  });

  test('throws where it is asked about an attempt that has not ended', () => {
    const running = answered(1);
    running.outcome = undefined;
    expect(() => result(() => true).shouldRetry(running)).toThrow(
      new TypeError('a retry condition is asked about an attempt that has ended'),
    );
  });

  describe('refuses what is no function', () => {
    refuses([
      [new TypeError('retryIf.result takes a function of the result, got undefined'), () => result(any(undefined))],
    ]);
  });
});
