import { inspect } from 'node:util';
import { AttemptTimeoutError, PolicyError, RetryError, TryAgain, type RetryErrorInit, type StopReason } from 'tenax';

const cause = new TypeError('broken');
const init = (more: Partial<RetryErrorInit> = {}): RetryErrorInit => ({
  fnName: 'load',
  lastAttempt: { attemptNumber: 3, failed: true, error: cause },
  attempts: 3,
  errors: [cause],
  statistics: { startTime: 0, attemptNumber: 3, idleFor: 20, delaySinceFirstAttempt: 20 },
  stopReason: 'stop',
  ...more,
});

describe('RetryError', () => {
  test.each<[StopReason, string]>([
    ['stop', 'stop'],
    ['deadline', 'the next attempt would begin after the deadline'],
    ['budget', 'the retry budget is spent'],
    ['wait', 'wait returned Infinity'],
  ])('says why, when the reason is %s', (stopReason, why) => {
    const { message } = new RetryError(init({ stopReason }));
    expect(message).toBe(`load gave up after 3 attempts (${why}); the last error was TypeError: broken`);
  });

  test('counts a single attempt as one', () => {
    const { message } = new RetryError(init({ attempts: 1 }));
    expect(message).toBe('load gave up after 1 attempt (stop); the last error was TypeError: broken');
  });

  test('says that the last answer was not accepted, and has no cause then', () => {
    const error = new RetryError(init({ lastAttempt: { attemptNumber: 3, failed: false, value: 5 } }));
    expect(error.message).toBe('load gave up after 3 attempts (stop); the last result was not accepted');
    expect('cause' in error).toBe(false);
  });

  test('has the last error as its cause, and all that is known of the call', () => {
    const given = init();
    const error = new RetryError(given);
    expect(error).toMatchObject({ name: 'RetryError', code: 'TENAX_RETRY_EXHAUSTED', attempts: 3, stopReason: 'stop' });
    expect([error.cause, error.lastAttempt, error.errors, error.statistics]).toEqual([
      cause,
      given.lastAttempt,
      given.errors,
      given.statistics,
    ]);
  });

  test('keeps what is bulky out of logs and JSON', () => {
    const error = new RetryError(init());
    expect(JSON.parse(JSON.stringify({ ...error }))).toEqual({
      code: 'TENAX_RETRY_EXHAUSTED',
      attempts: 3,
      stopReason: 'stop',
    });
    expect(inspect(error)).not.toContain('lastAttempt');
  });

  test.each(['lastAttempt', 'errors', 'statistics'])('lets a class of one’s own replace %s', (field) => {
    const error = new RetryError(init());
    Object.assign(error, { [field]: 'other' });
    expect(Reflect.get(error, field)).toBe('other');
    expect(Reflect.deleteProperty(error, field)).toBe(true);
  });
});

describe('TryAgain', () => {
  test('says what was asked for, or what it is told to', () => {
    expect(new TryAgain()).toMatchObject({
      name: 'TryAgain',
      code: 'TENAX_TRY_AGAIN',
      message: 'another attempt was asked for',
    });
    expect(new TryAgain('not yet', { cause })).toMatchObject({ message: 'not yet', cause });
    expect('cause' in new TryAgain()).toBe(false);
  });
});

describe('AttemptTimeoutError', () => {
  test.each([
    ['attemptTimeout', 'attempt 2 of load took longer than 100 ms'],
    ['deadline', 'attempt 2 of load was cut off at the deadline of 100 ms'],
    ['idleTimeout', 'attempt 2 of load sent nothing for 100 ms'],
  ] as const)('says what was reached: %s', (limit, message) => {
    const error = new AttemptTimeoutError('load', 2, limit, 100);
    expect(error).toMatchObject({ message, limit, timeout: 100, attemptNumber: 2, code: 'TENAX_ATTEMPT_TIMEOUT' });
    expect(error.name).toBe('AttemptTimeoutError');
  });
});

describe('PolicyError', () => {
  test('names the option and what it threw, and carries what the attempt threw', () => {
    const fault = new Error('fault');
    const error = new PolicyError('wait', 'load', fault, cause);
    expect(error.message).toBe('wait threw during a call of load: Error: fault');
    expect(error).toMatchObject({ name: 'PolicyError', code: 'TENAX_POLICY', option: 'wait', cause: fault });
    expect(error.attemptError).toBe(cause);
    expect(Object.keys(error)).not.toContain('attemptError');
  });
});

test.each([
  [RetryError, new RetryError(init()), 'tenax.RetryError'],
  [TryAgain, new TryAgain(), 'tenax.TryAgain'],
  [AttemptTimeoutError, new AttemptTimeoutError('load', 1, 'deadline', 1), 'tenax.AttemptTimeoutError'],
  [PolicyError, new PolicyError('wait', 'load', cause, undefined), 'tenax.PolicyError'],
])('%p is known to other copies of the package, and takes no other error for its own', (Class, error, brand) => {
  const copy = { [Class.name]: class extends Error {} }[Class.name] as typeof Error;
  Object.assign(copy, { $brand: brand });
  expect(new copy('of the other copy') instanceof Class).toBe(true);
  expect(error instanceof Class).toBe(true);
  expect(cause instanceof Class).toBe(false);
});
