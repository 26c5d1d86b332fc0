import { CircuitBreaker, Retrying, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { lintPolicy } from 'tenax/simulation';

const good: RetryOptions = {
  stop: stop.afterAttempt(8),
  wait: wait.exponentialJitter({ initial: 1000, max: 60_000 }),
  retryIf: retryIf.exceptionType(RangeError),
};

describe('lintPolicy', () => {
  test('finds nothing in a sound policy', () => {
    expect(lintPolicy(good)).toEqual([]);
    expect(lintPolicy(new Retrying(good))).toEqual([]);
    expect(lintPolicy({ enabled: false })).toEqual([]);
  });

  test.each<[string, RetryOptions, string]>([
    ['no stop', { ...good, stop: stop.never }, 'no-stop'],
    ['a stop that depends on one that never does', { ...good, stop: stop.afterAttempt(3).and(stop.never) }, 'no-stop'],
    ['no wait', { ...good, wait: undefined }, 'no-wait'],
    ['no jitter', { ...good, wait: wait.fixed(1000) }, 'no-jitter'],
    [
      'an attempt that may take longer than the call',
      { ...good, attemptTimeout: 5000, deadline: 4000 },
      'attempt-timeout-over-deadline',
    ],
    ['a cap that is never reached', { ...good, stop: stop.afterAttempt(3) }, 'cap-never-reached'],
    ['TypeErrors retried', { ...good, retryIf: retryIf.exceptionType(TypeError) }, 'retries-programming-errors'],
    ['everything retried', { ...good, retryIf: undefined }, 'retries-programming-errors'],
    ['a wait longer than the stop allows', { ...good, stop: stop.afterDelay(500) }, 'wait-over-stop'],
    ['a wait longer than the deadline', { ...good, deadline: 500 }, 'wait-over-stop'],
    [
      'a break longer than the retries',
      { ...good, deadline: 5000, breaker: new CircuitBreaker() },
      'break-over-retries',
    ],
  ])('finds %s', (_what, options, code) => {
    expect(lintPolicy(options).map((finding) => finding.code)).toEqual([code]);
  });

  test('finds nothing in a policy with a single attempt', () => {
    expect(lintPolicy({ stop: stop.afterAttempt(1), retryIf: good.retryIf })).toEqual([]);
  });

  test('names the fix in each message', () => {
    const [finding] = lintPolicy({ ...good, stop: undefined, signal: new AbortController().signal });
    expect(finding).toEqual({ code: 'no-stop', option: 'stop', message: expect.stringMatching(/stop\.afterAttempt/) });
  });
});
