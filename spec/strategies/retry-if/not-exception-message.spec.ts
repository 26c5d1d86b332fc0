import { notExceptionMessage } from '../../../lib/strategies/retry-if/not-exception-message';
import { any, refuses } from '../refuses';
import { fourfold } from './outcomes';

describe('retryIf.notExceptionMessage', () => {
  test('retries errors with another message, and every value', () => {
    const condition = notExceptionMessage({ match: 'chi' });
    expect(fourfold(condition)).toEqual([false, true, true, true]);
    expect(condition.errorsOnly).toBe(false);
  });

  describe('refuses', () => {
    const condition = (given: unknown) => () => notExceptionMessage(any(given));
    refuses([
      [new TypeError('retryIf.notExceptionMessage: message takes a string, got 5'), condition({ message: 5 })],
      [new TypeError('retryIf.notExceptionMessage: match takes a string or a RegExp, got 5'), condition({ match: 5 })],
      [new TypeError('retryIf.notExceptionMessage takes either message or match'), condition({})],
      [
        new TypeError('retryIf.notExceptionMessage takes either message or match'),
        condition({ message: 'a', match: 'b' }),
      ],
      [
        new TypeError('retryIf.notExceptionMessage has no option "mesage"; did you mean "message"?'),
        condition({ mesage: 'a' }),
      ],
      [new TypeError('retryIf.notExceptionMessage takes an object with message, match, got "busy"'), condition('busy')],
      [
        new TypeError(
          'retryIf.notExceptionMessage: match takes the source of a RegExp: Invalid regular expression: /(/y: Unterminated group',
          { cause: new SyntaxError('Invalid regular expression: /(/y: Unterminated group') },
        ),
        condition({ match: '(' }),
      ],
    ]);
  });
});
