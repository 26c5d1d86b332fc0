import { log, nothing } from '../../../lib/strategies/hooks/after';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';
import { busy, callTwice, keepingLogger } from './calls';

describe('after.log', () => {
  test('counts each attempt that has failed and says how long the call has taken, at level debug', async () => {
    const { lines, logger } = keepingLogger();
    await callTwice({ after: log(logger) }, busy);
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ['debug', 'Finished call to fetchPage after 0.00 s, this was the 1st time calling it'],
      ['debug', 'Finished call to fetchPage after 2.00 s, this was the 2nd time calling it'],
    ]);
  });

  test('prints with its level', () => {
    class Logger {
      log(): void {}
    }
    expect(String(log(new Logger()))).toBe("after.log(logger, 'debug')");
  });

  describe('refuses', () => {
    const { logger } = keepingLogger();
    refuses([[new TypeError('after.log: level takes the name of a level, got 5'), () => log(logger, any(5))]]);
  });
});

test('after.nothing does nothing', () => {
  expect(nothing.run(stateAt(1))).toBeUndefined();
  expect(String(nothing)).toBe('after.nothing');
});
