import { exception } from '../../../lib/strategies/wait/exception';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';

describe('wait.exception', () => {
  test('waits for the time that its function returns for the error, at once or later', async () => {
    expect(exception((error: Error) => error.message.length).delay(raised(new Error('four')))).toBe(4);
    expect(await exception(async () => 7).delay(raised('x'))).toBe(7);
  });

  describe('refuses', () => {
    refuses([
      [new TypeError('wait.exception takes a function from the error to milliseconds, got 5'), () => exception(any(5))],
    ]);
  });

  test.each([
    ['ended with a value', answered(1)],
    ['has not ended', any({ outcome: undefined })],
  ])('throws where the attempt %s', (_how, state) => {
    const ask = () => exception(() => 1).delay(state);
    expect(ask).toThrow(TypeError);
    expect(ask).toThrow(new TypeError('wait.exception needs an attempt that failed with an error'));
  });
});
