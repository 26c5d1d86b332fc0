import { LimiterFullError, LimiterUnavailableError, RateLimitTimeoutError } from 'tenax';

test('RateLimitTimeoutError says how long the wait would have been at least, rounded in the message alone', () => {
  const error = new RateLimitTimeoutError(200.2, 150.9);
  expect(error.message).toBe(
    'the rate limiter grants this in 201 ms at the earliest, but the caller waits at most 150 ms (maxWait, or the time left until the deadline)',
  );
  expect(error).toMatchObject({
    name: 'RateLimitTimeoutError',
    code: 'TENAX_LIMITER_TIMEOUT',
    wait: 200.2,
    maxWait: 150.9,
  });
});

describe('LimiterUnavailableError', () => {
  const cause = new Error('ECONNREFUSED');

  test('names the reason and keeps the cause', () => {
    const error = new LimiterUnavailableError('no answer within 1000 ms', { cause });
    expect(error.message).toBe('the shared rate limiter is unavailable: no answer within 1000 ms');
    expect(error).toMatchObject({ name: 'LimiterUnavailableError', code: 'TENAX_LIMITER_UNAVAILABLE', cause });
  });

  test.each([
    ['with its cause', { cause }],
    ['without one where there was none', undefined],
  ])('is copied for another caller %s', (_, options) => {
    const error = new LimiterUnavailableError('gone', options);
    const copy = error.copy();
    expect(copy).not.toBe(error);
    expect(copy).toBeInstanceOf(LimiterUnavailableError);
    expect(copy.message).toBe(error.message);
    expect(copy.cause).toBe(options?.cause);
    expect(Object.hasOwn(copy, 'cause')).toBe(options !== undefined);
  });
});

const bound = '(maxWait, or the time left until the deadline)';

test.each([
  [
    () => new RateLimitTimeoutError(200.5, 199),
    `the rate limiter grants this in 201 ms at the earliest, but the caller waits at most 199 ms ${bound}`,
  ],
  [() => new RateLimitTimeoutError(Infinity, 5), `the rate limiter cannot grant this within 5 ms ${bound}`],
  [() => new RateLimitTimeoutError(5, 5), `the rate limiter cannot grant this within 5 ms ${bound}`],
  [() => new LimiterFullError(0), 'the rate limiter has nothing to grant now, and no caller may wait (maxPending: 0)'],
  [() => new LimiterFullError(1), 'as many callers wait for the rate limiter as its maxPending allows: 1'],
])('a refusal tells its reason: %p', (refusal, expected) => {
  expect(refusal().message).toBe(expected);
});
