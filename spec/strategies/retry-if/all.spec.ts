import { all } from '../../../lib/strategies/retry-if/all';
import { exception } from '../../../lib/strategies/retry-if/exception';
import { exceptionType } from '../../../lib/strategies/retry-if/exception-type';
import { result } from '../../../lib/strategies/retry-if/result';
import { askLog } from '../ask-log';
import { any, refuses } from '../refuses';
import { answered } from '../states';

describe('retryIf.all', () => {
  test('asks its members in order until one does not hold', () => {
    const { asked, says } = askLog();
    expect(all(says('a', true), says('b', false), says('c', true)).shouldRetry(answered(1))).toBe(false);
    expect(asked.join('')).toBe('ab');
  });

  test('never holds for a value, and says so, exactly if that is true of all of its members', () => {
    const onErrors = exceptionType(TypeError);
    expect(all(onErrors, exception()).errorsOnly).toBe(true);
    expect(
      all(
        onErrors,
        result(() => true),
      ).errorsOnly,
    ).toBe(false);
    expect(all(() => false).errorsOnly).toBe(false);
  });

  describe('refuses', () => {
    const takes = 'a retry strategy (retryIf.exceptionType(Error)) or a function of the call state';
    refuses([
      [new TypeError(`retryIf.all takes ${takes}, got null`), () => all(any(null))],
      [new TypeError('retryIf.all takes at least one strategy'), () => all()],
    ]);
  });
});
