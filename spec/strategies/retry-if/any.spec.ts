import { any as anyOf } from '../../../lib/strategies/retry-if/any';
import { exception } from '../../../lib/strategies/retry-if/exception';
import { exceptionType } from '../../../lib/strategies/retry-if/exception-type';
import { result } from '../../../lib/strategies/retry-if/result';
import { askLog } from '../ask-log';
import { any, refuses } from '../refuses';
import { answered } from '../states';

describe('retryIf.any', () => {
  test('asks its members in order until one holds', () => {
    const { asked, says } = askLog();
    expect(anyOf(says('a', false), says('b', true), says('c', false)).shouldRetry(answered(1))).toBe(true);
    expect(asked.join('')).toBe('ab');
  });

  test('never holds for a value, and says so, exactly if that is true of all of its members', () => {
    const onErrors = exceptionType(TypeError);
    expect(anyOf(onErrors, exception()).errorsOnly).toBe(true);
    expect(
      anyOf(
        onErrors,
        result(() => true),
      ).errorsOnly,
    ).toBe(false);
    expect(anyOf(() => false).errorsOnly).toBe(false);
  });

  describe('refuses', () => {
    const takes = 'a retry strategy (retryIf.exceptionType(Error)) or a function of the call state';
    refuses([
      [new TypeError(`retryIf.any takes ${takes}, got null`), () => anyOf(any(null))],
      [new TypeError('retryIf.any takes at least one strategy'), () => anyOf()],
    ]);
  });
});
