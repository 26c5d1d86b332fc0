import { markRefusal } from '../../../lib/call/gate';
import { exception } from '../../../lib/strategies/retry-if/exception';
import { any, refuses } from '../refuses';
import { raised } from '../states';
import { child, fourfold } from './outcomes';

describe('retryIf.exception', () => {
  test('retries any error except an abort, and no value', () => {
    expect(fourfold(exception())).toEqual([true, true, true, false]);
    expect(exception().shouldRetry(raised(new DOMException('gone', 'AbortError')))).toBe(false);
    expect(exception().shouldRetry(raised({ name: 'CanceledError' }))).toBe(false);
    expect([null, undefined, 'AbortError'].map((error) => exception().shouldRetry(raised(error)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('does not retry the refusal of a limiter or a breaker', () => {
    const refusal = new Error('refused');
    markRefusal(refusal);
    expect(exception().shouldRetry(raised(refusal))).toBe(false);
    expect(exception(() => true).shouldRetry(raised(refusal))).toBe(true);
  });

  test('retries the errors for which its function returns true, at once or later', async () => {
    expect(fourfold(exception((error) => error === child))).toEqual([true, false, false, false]);
    expect(await exception(async () => true).shouldRetry(raised(child))).toBe(true);
  });

  test('never holds for a value, and says so', () => {
    expect([exception(), exception(() => true)].map(({ errorsOnly }) => errorsOnly)).toEqual([true, true]);
  });

  describe('refuses what is no function', () => {
    refuses([[new TypeError('retryIf.exception takes a function of the error, got "x"'), () => exception(any('x'))]]);
  });
});
