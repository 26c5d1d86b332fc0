import type { MessageCondition } from '../../../lib/strategies/exception-message';
import { exceptionMessage } from '../../../lib/strategies/retry-if/exception-message';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';

describe('retryIf.exceptionMessage', () => {
  const retries = (condition: MessageCondition, message: string) =>
    exceptionMessage(condition).shouldRetry(raised(new Error(message)));

  test('retries errors with the very message, or with one that begins with the pattern', () => {
    expect([retries({ message: 'busy' }, 'busy'), retries({ message: 'busy' }, 'busy now')]).toEqual([true, false]);
    expect([retries({ match: 'bu+' }, 'buuusy'), retries({ match: 'usy' }, 'busy')]).toEqual([true, false]);
  });

  test('never holds for a value, and says so', () => {
    expect(exceptionMessage({ message: '1' }).shouldRetry(answered('1'))).toBe(false);
    expect(exceptionMessage({ message: 'x' }).errorsOnly).toBe(true);
  });

  describe('refuses', () => {
    const condition = (given: unknown) => () => exceptionMessage(any(given));
    refuses([
      [new TypeError('retryIf.exceptionMessage: message takes a string, got 5'), condition({ message: 5 })],
      [new TypeError('retryIf.exceptionMessage: match takes a string or a RegExp, got 5'), condition({ match: 5 })],
      [new TypeError('retryIf.exceptionMessage takes either message or match'), condition({})],
      [
        new TypeError('retryIf.exceptionMessage takes either message or match'),
        condition({ message: 'a', match: 'b' }),
      ],
      [
        new TypeError('retryIf.exceptionMessage has no option "mesage"; did you mean "message"?'),
        condition({ mesage: 'a' }),
      ],
      [new TypeError('retryIf.exceptionMessage takes an object with message, match, got "busy"'), condition('busy')],
      [
        new TypeError(
          'retryIf.exceptionMessage: match takes the source of a RegExp: Invalid regular expression: /(/y: Unterminated group',
          { cause: new SyntaxError('Invalid regular expression: /(/y: Unterminated group') },
        ),
        condition({ match: '(' }),
      ],
    ]);
  });
});
