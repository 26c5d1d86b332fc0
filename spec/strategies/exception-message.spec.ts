import { checkMessage, messageTest, type MessageCondition } from '../../lib/strategies/exception-message';
import { refuses } from './refuses';

describe('the test of a message', () => {
  const holds = (condition: MessageCondition, message: string) => messageTest('f', condition)(new Error(message));

  test('compares the whole message with a text, and its beginning with a pattern', () => {
    expect([holds({ message: 'busy' }, 'busy'), holds({ message: 'busy' }, 'busy now')]).toEqual([true, false]);
    expect([holds({ match: 'usy' }, 'busy'), holds({ match: 'bu+' }, 'buuusy')]).toEqual([false, true]);
  });

  test('keeps the flags of a pattern, but matches nowhere except at the very start', () => {
    expect([holds({ match: /BUSY/i }, 'busy'), holds({ match: /^busy/m }, 'x\nbusy')]).toEqual([true, false]);
  });

  test('takes the text of what was thrown where that is no error', () => {
    expect(messageTest('f', { match: '4' })(42)).toBe(true);
    expect(messageTest('f', { message: 'undefined' })(undefined)).toBe(true);
  });

  test('gives the same answer each time for a pattern with flags g and y, and does not change its lastIndex', () => {
    for (const match of [/busy/g, /busy/y, /busy/gy]) {
      const test = messageTest('f', { match });
      match.lastIndex = 3;
      expect([1, 2, 3].map(() => test(new Error('busy')))).toEqual([true, true, true]);
      expect(match.lastIndex).toBe(3);
    }
  });

  test('cannot be made of a text that is no pattern, and keeps the cause', () => {
    let error: unknown;
    try {
      messageTest('f', { match: '(' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: 'f: match takes the source of a RegExp: Invalid regular expression: /(/y: Unterminated group',
      cause: expect.any(SyntaxError),
    });
  });
});

describe('checkMessage refuses both options at once, and neither', () => {
  refuses([
    [new TypeError('f takes either message or match'), () => checkMessage('f', {} as MessageCondition)],
    [new TypeError('f takes either message or match'), () => checkMessage('f', { message: 'a', match: 'b' } as never)],
  ]);

  test('but not one of them', () => {
    expect(() => checkMessage('f', { message: '' })).not.toThrow();
    expect(() => checkMessage('f', { match: '' })).not.toThrow();
  });
});
