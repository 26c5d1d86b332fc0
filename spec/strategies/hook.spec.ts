import { Hook, Retrying, after, before, beforeSleep, retryIf, stop, wait, type RetryCallState } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { hook, nothingAs, toHooks } from '../../lib/strategies/hook';
import { stateAt } from './states';

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
    anyLog: { log: note('log') },
    pino: methods(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    console: { ...methods(['debug', 'info', 'log', 'warn', 'error']), dir: () => undefined, group: () => undefined },
  };
}

class RateLimitError extends Error {
  override name = 'RateLimitError';
  status = 429;
}

async function run(hooks: object, fn: () => Promise<unknown>, more: object = {}): Promise<void> {
  const clock = new VirtualClock();
  const policy = new Retrying({ stop: stop.afterAttempt(2), wait: wait.fixed(2000), clock, ...hooks, ...more });
  const call = policy.call(fn).catch(() => undefined);
  await clock.advance(10_000);
  await call;
}
const busy = async function fetchPage(): Promise<never> {
  throw new RateLimitError('429 from https://user:secret@api.test/items?key=abc');
};

describe('a log hook', () => {
  test('before the sleep says what comes, when, and why, with structured fields', async () => {
    const { lines, anyLog } = loggers();
    await run({ beforeSleep: beforeSleep.log(anyLog) }, busy);
    expect(lines).toEqual([
      [
        'log',
        'warn',
        'Retrying fetchPage in 2.00 s as it raised RateLimitError: 429 from https://api.test/items',
        {
          fn: 'fetchPage',
          attempt: 1,
          delayMs: 2000,
          idleForMs: 2000,
          error: { name: 'RateLimitError', message: '429 from https://api.test/items', status: 429 },
        },
      ],
    ]);
  });

  test('says what was returned where it was a value', async () => {
    const { lines, anyLog } = loggers();
    const options = { retryIf: retryIf.result(() => true) };
    await run({ beforeSleep: beforeSleep.log(anyLog, 'info') }, async () => 5, options);
    expect(lines[0]).toEqual([
      'log',
      'info',
      'Retrying anonymous in 2.00 s as it returned 5',
      { fn: 'anonymous', attempt: 1, delayMs: 2000, idleForMs: 2000 },
    ]);
  });

  test('shows no secret of a text that was returned or thrown, cut off or not', async () => {
    const { lines, anyLog } = loggers();
    const text = 'https://user:a-secret-that-is-longer-than-the-line@api.test/items?key=secret';
    const options = { retryIf: retryIf.always };
    await run({ beforeSleep: beforeSleep.log(anyLog) }, async () => text, options);
    await run({ beforeSleep: beforeSleep.log(anyLog) }, () => Promise.reject(text), options);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0]?.[2]).toBe('Retrying anonymous in 2.00 s as it returned "https://api.test/items"');
  });

  test('adds the stack where it is asked for', async () => {
    const { lines, anyLog } = loggers();
    await run({ beforeSleep: beforeSleep.log(anyLog, 'warn', { stack: true }) }, busy);
    const { error } = lines[0]?.[3] as { error: { stack: string } };
    expect(error.stack).toMatch(/^(RateLimit)?Error: 429 from https:\/\/api\.test\/items\n/);
  });

  test('before and after an attempt counts, at level debug', async () => {
    const { lines, anyLog } = loggers();
    await run({ before: before.log(anyLog), after: after.log(anyLog) }, busy);
    expect(lines.map(([, level, message]) => [level, message])).toEqual([
      ['debug', 'Starting call to fetchPage, this is the 1st time calling it'],
      ['debug', 'Finished call to fetchPage after 0.00 s, this was the 1st time calling it'],
      ['debug', 'Starting call to fetchPage, this is the 2nd time calling it'],
      ['debug', 'Finished call to fetchPage after 2.00 s, this was the 2nd time calling it'],
    ]);
  });

  test('writes as each kind of logger is written to', async () => {
    const each = loggers();
    for (const logger of [each.winston, each.pino, each.console]) {
      await run({ beforeSleep: beforeSleep.log(logger, 'warn') }, busy);
    }
    const message = expect.stringContaining('Retrying');
    const meta = expect.objectContaining({ attempt: 1 });
    expect(each.lines).toEqual([
      ['log', 'warn', message, meta],
      ['warn', meta, message],
      ['warn', message, meta],
    ]);
  });

  test('refuses an unknown level when it is made, with the nearest known', () => {
    const each = loggers();
    for (const logger of [each.winston, each.pino, each.console]) {
      expect(() => beforeSleep.log(logger, 'wran')).toThrow('did you mean "warn"?');
    }
    expect(() => before.log(each.winston, 'nonsense')).toThrow('error, warn, info, debug');
  });

  test('leaves the error itself as it was', async () => {
    const { anyLog } = loggers();
    const error = new RateLimitError('https://user:secret@api.test/');
    await run({ beforeSleep: beforeSleep.log(anyLog) }, () => Promise.reject(error));
    expect(error.message).toBe('https://user:secret@api.test/');
  });
});

describe('hooks', () => {
  test('compose with and, one after another, with functions too', async () => {
    const told: string[] = [];
    class Slow extends Hook {
      async run(): Promise<void> {
        await Promise.resolve();
        told.push('slow');
      }
    }
    const hook = new Slow().and(() => void told.push('quick'), new Slow());
    await hook.run({} as RetryCallState);
    expect(told).toEqual(['slow', 'quick', 'slow']);
  });

  test('before.acquire waits for the limiter before every attempt, with the signal of the call', async () => {
    const asked: unknown[] = [];
    const limiter = {
      acquire: async (tokens: number, options: { signal?: AbortSignal }) => asked.push(tokens, options.signal),
      tryAcquire: () => true,
    };
    const { signal } = new AbortController();
    await run({ before: before.acquire(limiter as never, 3) }, busy, { signal });
    expect(asked).toEqual([3, signal, 3, signal]);
  });

  test('before.acquire takes one token where it is not told how many, and asks a keyed limiter about the call', async () => {
    const asked: unknown[] = [];
    const limiter = { acquire: async (tokens: number) => asked.push(tokens), tryAcquire: () => true };
    const keyed = {
      for(state: RetryCallState) {
        asked.push(state.fnName);
        return limiter;
      },
    };
    await run({ before: before.acquire(keyed as never) }, busy);
    expect(asked).toEqual(['fetchPage', 1, 'fetchPage', 1]);
  });

  test('run on at once where they are plain, and one after another where they are not', async () => {
    const told: string[] = [];
    const later = async (): Promise<void> => {
      await Promise.resolve();
      told.push('later');
    };
    const plain = after.nothing.and(
      () => void told.push('a'),
      () => void told.push('b'),
    );
    expect(plain.run({} as RetryCallState)).toBeUndefined();
    expect(told.splice(0)).toEqual(['a', 'b']);
    const mixed = after.nothing.and(later, () => void told.push('b'), later);
    const running = mixed.run({} as RetryCallState);
    expect(told).toEqual([]);
    await running;
    expect(told).toEqual(['later', 'b', 'later']);
  });

  test('print what they do, at the level that they have by default', () => {
    class Logger {
      log(): void {}
    }
    const logger = new Logger();
    const each = [before.log(logger), after.log(logger), beforeSleep.log(logger), beforeSleep.log(logger, 'info')];
    expect(each.map(String)).toEqual([
      "before.log(logger, 'debug')",
      "after.log(logger, 'debug')",
      "beforeSleep.log(logger, 'warn')",
      "beforeSleep.log(logger, 'info')",
    ]);
    expect([nothingAs('pause'), hook('ring', [], () => undefined)].map(String)).toEqual(['pause', 'ring()']);
    expect([before, after, beforeSleep].map(({ nothing }) => String(nothing))).toEqual([
      'before.nothing',
      'after.nothing',
      'beforeSleep.nothing',
    ]);
    class Own extends Hook {
      run(): void {}
    }
    expect([new Own().family, after.nothing.and().family]).toEqual(['hook', 'hook']);
    expect([before.nothing, after.nothing.and()].map(Object.isFrozen)).toEqual([true, true]);
  });

  test('nothing does nothing', async () => {
    await run({ before: before.nothing, after: after.nothing, beforeSleep: beforeSleep.nothing }, busy);
    expect(before.nothing.run({} as RetryCallState)).toBeUndefined();
  });
});

describe('before.admit', () => {
  const open = { admit: () => ({ cancel: () => undefined, end: () => undefined }) };

  test('makes a hook that carries the gate, also where it is joined with others', () => {
    const hook = before.admit(open);
    expect(hook.gate).toBe(open);
    expect(String(hook)).toBe('before.admit({ admit: admit })');
    const joined = toHooks('before', [before.nothing.and(hook, before.nothing.and(before.nothing))]);
    expect(joined.map(({ gate }) => gate)).toEqual([undefined, open, undefined, undefined]);
    expect(() => hook.run(stateAt(1))).toThrow('before.admit admits attempts: it belongs into before');
  });

  test.each([undefined, null, 5, {}, () => undefined])('refuses %p', (gate) => {
    expect(() => before.admit(gate as never)).toThrow(TypeError);
    expect(() => before.admit(gate as never)).toThrow(/^before\.admit takes a gate, an object with admit\(admission\)/);
  });

  test('tells every gate how the attempt ended, or that it is not made, where another gate throws', async () => {
    const told: string[] = [];
    const gate = (name: string) => ({
      admit: () => {
        const tell = (what: string) => () => {
          told.push(`${name} ${what}`);
          if (name !== 'first') throw new Error(`${name} broken`);
        };
        return { cancel: tell('cancelled'), end: tell('ended') };
      },
    });
    const [first, second, third] = ['first', 'second', 'third'].map((name) => before.admit(gate(name)));
    await expect(
      new Retrying({ stop: stop.never, before: [first, second, third] as never }).call(() => 1),
    ).rejects.toThrow('third broken');
    expect(told.splice(0)).toEqual(['third ended', 'second ended', 'first ended']);
    const refused = before.admit({
      admit: () => {
        throw new Error('closed');
      },
    });
    await new Retrying({ stop: stop.never, before: [first, second, refused] as never })
      .call(() => 1)
      .catch(() => undefined);
    expect(told).toEqual(['second cancelled', 'first cancelled']);
  });
});
