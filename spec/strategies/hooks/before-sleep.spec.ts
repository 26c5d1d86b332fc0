import { log, nothing } from '../../../lib/strategies/hooks/before-sleep';
import { always } from '../../../lib/strategies/retry-if/always';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';
import { RateLimitError, busy, callTwice, keepingLogger } from './calls';

describe('beforeSleep.log', () => {
  test('says what comes, when, and why, with structured fields, at level warn', async () => {
    const { lines, logger } = keepingLogger();
    await callTwice({ beforeSleep: log(logger) }, busy);
    expect(lines).toEqual([
      [
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
    const { lines, logger } = keepingLogger();
    await callTwice({ beforeSleep: log(logger, 'info'), retryIf: always }, async () => 5);
    expect(lines[0]).toEqual([
      'info',
      'Retrying anonymous in 2.00 s as it returned 5',
      { fn: 'anonymous', attempt: 1, delayMs: 2000, idleForMs: 2000 },
    ]);
  });

  test('shows no secret of a text that was returned or thrown, cut off or not', async () => {
    const { lines, logger } = keepingLogger();
    const text = 'https://user:a-secret-that-is-longer-than-the-line@api.test/items?key=secret';
    await callTwice({ beforeSleep: log(logger), retryIf: always }, async () => text);
    await callTwice({ beforeSleep: log(logger), retryIf: always }, () => Promise.reject(text));
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0]?.[1]).toBe('Retrying anonymous in 2.00 s as it returned "https://api.test/items"');
  });

  test('adds the stack where it is asked for', async () => {
    const { lines, logger } = keepingLogger();
    await callTwice({ beforeSleep: log(logger, 'warn', { stack: true }) }, busy);
    const { error } = lines[0]?.[2] as { error: { stack: string } };
    expect(error.stack).toMatch(/^(RateLimit)?Error: 429 from https:\/\/api\.test\/items\n/);
  });

  test('leaves the error itself as it was', async () => {
    const error = new RateLimitError('https://user:secret@api.test/');
    await callTwice({ beforeSleep: log(keepingLogger().logger) }, () => Promise.reject(error));
    expect(error.message).toBe('https://user:secret@api.test/');
  });

  test('prints with its level', () => {
    class Logger {
      log(): void {}
    }
    expect([log(new Logger()), log(new Logger(), 'info')].map(String)).toEqual([
      "beforeSleep.log(logger, 'warn')",
      "beforeSleep.log(logger, 'info')",
    ]);
  });

  describe('refuses', () => {
    const { logger } = keepingLogger();
    refuses([
      [new TypeError('beforeSleep.log takes an object with stack, got true'), () => log(logger, 'warn', any(true))],
      [
        new TypeError('beforeSleep.log: stack takes true or false, got 1'),
        () => log(logger, 'warn', { stack: any(1) }),
      ],
      [
        new TypeError('beforeSleep.log has no option "stacks"; did you mean "stack"?'),
        () => log(logger, 'warn', any({ stacks: true })),
      ],
      [new TypeError('beforeSleep.log: level takes the name of a level, got 5'), () => log(logger, any(5))],
    ]);
  });
});

test('beforeSleep.nothing does nothing', () => {
  expect(nothing.run(stateAt(1))).toBeUndefined();
  expect(String(nothing)).toBe('beforeSleep.nothing');
});
