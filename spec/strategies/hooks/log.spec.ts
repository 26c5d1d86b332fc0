import { logHook } from '../../../lib/strategies/hooks/log';
import { stateAt } from '../states';

type Line = [string, ...unknown[]];

/** What a logger of each kind was called with. */
function loggers() {
  const lines: Line[] = [];
  const note =
    (method: string) =>
    (...args: unknown[]): void => {
      lines.push([method, ...args]);
    };
  const methods = (names: string[]) => Object.fromEntries(names.map((name) => [name, note(name)]));
  return {
    lines,
    winston: { levels: { error: 0, warn: 1, info: 2, debug: 3 }, log: note('log') },
    pino: methods(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    console: { ...methods(['debug', 'info', 'log', 'warn', 'error']), dir: () => undefined, group: () => undefined },
  };
}

const lineOf = ({ attemptNumber: attempt }: { attemptNumber: number }): [string, object] => ['a line', { attempt }];

describe('a hook that logs', () => {
  test('writes as each kind of logger is written to', () => {
    const each = loggers();
    for (const logger of [each.winston, each.pino, each.console]) {
      expect(logHook('before.log', logger, 'warn', lineOf).run(stateAt(2))).toBeUndefined();
    }
    expect(each.lines).toEqual([
      ['log', 'warn', 'a line', { attempt: 2 }],
      ['warn', { attempt: 2 }, 'a line'],
      ['warn', 'a line', { attempt: 2 }],
    ]);
  });

  test('refuses an unknown level when it is made, with the nearest known', () => {
    const each = loggers();
    for (const logger of [each.winston, each.pino, each.console]) {
      expect(() => logHook('before.log', logger, 'wran', lineOf)).toThrow('did you mean "warn"?');
    }
    expect(() => logHook('before.log', each.winston, 'nonsense', lineOf)).toThrow('error, warn, info, debug');
    expect(() => logHook('before.log', each.winston, 'x', lineOf)).toThrow(/^before\.log: level takes/);
  });

  test('lets the call wait for a logger that returns a promise, and for no other', async () => {
    const run = (written: unknown) =>
      logHook('before.log', { log: () => written as undefined }, 'warn', lineOf).run(stateAt(1));
    const written = Promise.resolve();
    expect(run(written)).toBe(written);
    expect(run({ a: 'logger' })).toBeUndefined();
  });

  test('prints as the call that made it', () => {
    class Logger {
      log(): void {}
    }
    expect(String(logHook('after.log', new Logger(), 'info', lineOf))).toBe("after.log(logger, 'info')");
  });
});
