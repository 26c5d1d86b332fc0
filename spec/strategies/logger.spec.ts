import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { log } from '../../lib/strategies/hooks/before-sleep';
import { logLine } from '../../lib/strategies/logger';
import { raised } from './states';

type Call = unknown[];

/** Methods that keep what they are called with, and on what. */
function methods(names: readonly string[], more: object = {}) {
  const calls: Call[] = [];
  const logger: Record<string, unknown> = { ...more };
  for (const name of names) {
    logger[name] = function (this: unknown, ...args: unknown[]): void {
      calls.push([name, ...args, this === logger ? 'this' : 'lost']);
    };
  }
  return { logger, calls };
}
const meta = { attempt: 1 };
const write = ({ logger, calls }: ReturnType<typeof methods>, level: string): Call[] => {
  logLine('before.log', logger, level)('a line', meta);
  return calls;
};

describe('a logger is written to as its kind is', () => {
  const fields = { warn: 0, verbose: 1 };
  test.each([
    [
      'log and levels: level first',
      methods(['log', 'warn'], { levels: fields }),
      'verbose',
      ['log', 'verbose', 'a line', meta],
    ],
    ['log alone: level first', methods(['log']), 'loud', ['log', 'loud', 'a line', meta]],
    ['log, and levels that are none', methods(['log'], { levels: null }), 'loud', ['log', 'loud', 'a line', meta]],
    ['log, and levels that are a text', methods(['log'], { levels: 'all' }), 'loud', ['log', 'loud', 'a line', meta]],
    ['a method a level: fields first', methods(['info', 'warn'], { levels: fields }), 'warn', ['warn', meta, 'a line']],
    ['dir, as a console has', methods(['warn', 'log', 'dir']), 'warn', ['warn', 'a line', meta]],
    ['dir, and log is a level', methods(['warn', 'log', 'dir']), 'log', ['log', 'a line', meta]],
    ['group, as a console has', methods(['warn', 'log', 'group']), 'warn', ['warn', 'a line', meta]],
    [
      'localInstance, as Nest’s Logger has',
      methods(['warn', 'log', 'localInstance']),
      'warn',
      ['warn', 'a line', meta],
    ],
    ['setLogLevels, as Nest’s ConsoleLogger has', methods(['warn', 'setLogLevels']), 'warn', ['warn', 'a line', meta]],
  ])('with %s', (_what, kind, level, call) => {
    expect(write(kind, level)).toEqual([[...call, 'this']]);
  });

  test('the console itself, though it had no more than its levels', () => {
    const { console: kept } = globalThis;
    const { logger, calls } = methods(['warn', 'log']);
    globalThis.console = logger as never;
    try {
      logLine('before.log', logger, 'warn')('a line', meta);
    } finally {
      globalThis.console = kept;
    }
    expect(calls).toEqual([['warn', 'a line', meta, 'this']]);
  });

  test('a function may be one', () => {
    const calls: unknown[] = [];
    const logger = Object.assign(() => undefined, { log: (...args: unknown[]) => calls.push(args) });
    logLine('before.log', logger, 'info')('a line', meta);
    expect(calls).toEqual([['info', 'a line', meta]]);
  });

  test('that has lost its method since is not written to', () => {
    const { logger } = methods(['warn']);
    const line = logLine('before.log', logger, 'warn');
    delete logger.warn;
    expect(() => {
      line('a line', meta);
    }).not.toThrow();
  });
});

describe('what is no logger is refused', () => {
  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['console', '"console"'],
    [{}, 'an object'],
    [{ write: () => undefined }, 'an object'],
    [{ warn: true }, 'an object'],
    [new Map(), 'an instance of Map'],
  ])('%p', (logger, shown) => {
    const make = () => logLine('after.log', logger, 'warn');
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new TypeError(`after.log takes a logger (winston's, console, pino's), got ${shown}`));
  });
});

describe('an unknown level is refused, with those of the logger', () => {
  const known = (levels: string): string => `before.log: level takes one of the logger's levels, ${levels}; got`;
  const winston = methods(['log'], { levels: { error: 0, info: 2 } }).logger;
  const all = ['trace', 'debug', 'verbose', 'info', 'notice', 'warn', 'warning', 'error', 'fatal', 'silly'];

  test.each([
    ['winston’s', winston, 'inof', `${known('error, info')} "inof" (did you mean "info"?)`],
    ['winston’s', winston, 'nonsense', `${known('error, info')} "nonsense"`],
    ['winston’s', winston, 'toString', `${known('error, info')} "toString"`],
    ['console', console, 'nonsense', `${known('debug, info, log, warn, error')} "nonsense"`],
    ['console', console, 'wran', `${known('debug, info, log, warn, error')} "wran" (did you mean "warn"?)`],
    ['NestJS’', methods(['log', 'warn', 'localInstance']).logger, 'info', `${known('log, warn')} "info"`],
    ['pino’s', methods(['info', 'fatal', 'child']).logger, 'nonsense', `${known('info, fatal')} "nonsense"`],
    ['one with every level', methods(all).logger, 'nonsense', `${known(all.join(', '))} "nonsense"`],
    ['any', winston, 5, 'before.log: level takes the name of a level, got 5'],
    ['any', winston, undefined, 'before.log: level takes the name of a level, got undefined'],
  ])('%s: %#', (_what, logger, level, message) => {
    const make = () => logLine('before.log', logger, level);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new TypeError(message));
  });
});

test('console prints one line, however much there is to say', () => {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const hook = log(new Console(out), 'warn', { stack: true });
  void hook.run(raised(Object.assign(new TypeError('a message of some length: '.repeat(9)), { status: 503 })));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Retrying .* status: 503.*\n$/);
});
