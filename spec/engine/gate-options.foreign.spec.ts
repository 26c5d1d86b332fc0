/**
 * Limiters of the user's own where nothing of tenax' own limits is loaded, as in a program that imports `retry` alone: this
 * file imports no index.
 */
import type { RateLimiter } from '../../lib/limits/rate-limiter';
import type { RetryOptions } from '../../lib/engine/options';
import { PolicyError } from '../../lib/engine/errors';
import { retry } from '../../lib/engine/retry';
import { never } from '../../lib/strategies/defaults';
import { VirtualClock } from '../../lib/testing/virtual-clock';
import { RateLimitTimeoutError } from '../../lib/limits/errors';
import { GATE, KIND } from '../../lib/call/gate';
import { processContext } from '../../lib/base/process-context';
import { thrown } from '../thrown';

function ownLimiter(): { limiter: RateLimiter; asked: unknown[] } {
  const asked: unknown[] = [];
  const limiter: RateLimiter = {
    acquire: async (tokens, options) => {
      asked.push(['acquire', tokens, options?.priority, options?.maxWait]);
      return 0;
    },
    tryAcquire: () => true,
    release: (tokens) => void asked.push(['release', tokens]),
    settle: (acquired, used) => void asked.push(['settle', acquired, used]),
    report: (answer) => void asked.push(['report', answer]),
  };
  return { limiter, asked };
}

const run = (fn: () => unknown, options: RetryOptions): Promise<unknown> => retry(fn, { stop: never, ...options })();

test('tenax’ own limits are not loaded here', () => {
  expect(processContext.limitGate).toBeUndefined();
});

describe('One limiter of the user’s own', () => {
  test('is asked with priority and maxWait, and released after the attempt', async () => {
    const { limiter, asked } = ownLimiter();
    await run(() => 1, { limiter, priority: () => 3, maxWait: 50 });
    await run(() => undefined, { limiter });
    expect(asked).toEqual([
      ['acquire', 1, 3, 50],
      ['release', 1],
      ['acquire', 1, 0, Infinity],
      ['release', 1],
    ]);
  });

  test('is told the status of answers and of errors, and the time that they name', async () => {
    const { limiter, asked } = ownLimiter();
    await run(() => ({ status: 200 }), { limiter });
    const error = Object.assign(new Error('too many'), { status: 429, retryAfter: 5000 });
    await thrown(run(() => Promise.reject(error), { limiter, retryIf: () => false }));
    expect(asked.filter(([what]: any) => what === 'report')).toEqual([
      ['report', { status: 200, retryAfter: undefined }],
      ['report', { status: 429, retryAfter: 5000 }],
    ]);
  });

  test('gets back what it granted where the attempt is not made after all', async () => {
    const { limiter, asked } = ownLimiter();
    const caller = new AbortController();
    limiter.acquire = async () => {
      caller.abort(new Error('enough'));
      return 0;
    };
    await thrown(run(() => 1, { limiter, signal: caller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([
      ['settle', 1, 0],
      ['release', 1],
    ]);
  });

  test('needs no more than acquire', async () => {
    const limiter = { acquire: async () => 0 } as unknown as RateLimiter;
    expect(await run(() => ({ status: 200 }), { limiter })).toEqual({ status: 200 });
    const opened = new Error('opened');
    const confirm = (): void => {
      throw opened;
    };
    const gate = { admit: () => ({ cancel: jest.fn(), end: jest.fn(), confirm }) };
    const breaker = { [KIND]: 'breaker' as const, [GATE]: () => gate };
    expect(await thrown(run(() => 1, { limiter, breaker, retryIf: () => false }))).toBe(opened);
  });

  test('refuses an attempt that waits for it until the deadline', async () => {
    const clock = new VirtualClock();
    const limiter = { acquire: () => new Promise(() => undefined) } as unknown as RateLimiter;
    const call = thrown(run(() => 1, { limiter, clock, deadline: 100, retryIf: () => false }));
    await clock.advance(100);
    expect(await call).toBeInstanceOf(RateLimitTimeoutError);
  });

  test.each<[string, () => unknown, string]>([
    ['is no number', () => NaN, 'RangeError: priority takes a number, got NaN'],
    [
      'is a promise',
      () => Promise.reject(new Error('no')),
      'TypeError: priority takes a number, got an instance of Promise',
    ],
  ])('is not asked where priority %s: the policy is at fault', async (_what, priority, message) => {
    const { limiter, asked } = ownLimiter();
    const error = await thrown<PolicyError>(run(() => 1, { limiter, priority: priority as never }));
    expect(error).toBeInstanceOf(PolicyError);
    expect(error.option).toBe('priority');
    expect(String(error.cause)).toBe(message);
    // A rejection that nobody handles would end the process.
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
  });
});

test.each([[[ownLimiter().limiter, ownLimiter().limiter]], [{ for: () => ownLimiter().limiter }]])(
  'Several of them, or one by key, take a limit of tenax: %#',
  (limiter) => {
    expect(() => run(() => 1, { limiter: limiter as never })).toThrow(/import allOf/);
  },
);
