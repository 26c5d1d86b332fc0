import { Retrying, WaitStrategy, stop, wait, type RetryOptions } from 'tenax';

class OwnWait extends WaitStrategy {
  delay(): number {
    return 50;
  }
}

describe('a policy that is made in development', () => {
  const env = process.env.NODE_ENV;
  let warn: jest.SpyInstance;
  beforeEach(() => {
    process.env.NODE_ENV = 'development';
    warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => {
    process.env.NODE_ENV = env;
    warn.mockRestore();
  });

  it.each<[string, RetryOptions, string]>([
    [
      'never gives up',
      { wait: wait.fixed(10), name: 'sync' },
      'the policy sync: it never gives up; name stop or deadline, or say stop: stop.never if that is meant',
    ],
    [
      'never gives up and has a time of Infinity',
      { wait: wait.fixed(10), deadline: Infinity, attemptTimeout: 5 },
      'a policy: it never gives up; name stop or deadline, or say stop: stop.never if that is meant',
    ],
    [
      'has attempts longer than the call',
      { stop: stop.never, attemptTimeout: 20, deadline: 10 },
      'a policy: an attempt may take 20 ms (attemptTimeout), the whole call only 10 ms (deadline)',
    ],
    [
      'waits for longer than the call',
      { wait: wait.fixed(20), deadline: 10 },
      'a policy: it waits 20 ms, but the call ends after 10 ms: there is no second attempt',
    ],
  ])('and %s says so once', (_what, options, message) => {
    const policy = new Retrying(options);
    policy.copy({ reraise: true });
    expect(warn.mock.calls).toEqual([
      [`${message}; lintPolicy tells more`, expect.objectContaining({ code: 'TENAX_LINT' })],
    ]);
  });

  test('and has two dangers says both', () => {
    new Retrying({ wait: wait.fixed(20), attemptTimeout: 20, deadline: 10 });
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it.each<[string, RetryOptions]>([
    ['sound', { stop: stop.afterAttempt(3), wait: wait.fixed(10), attemptTimeout: 5, deadline: 100 }],
    ['endless on purpose', { stop: stop.never, wait: wait.fixed(10) }],
    ['bounded by a time', { wait: wait.fixed(10), deadline: 100 }],
    ['bounded by a signal', { wait: wait.fixed(10), signal: new AbortController().signal }],
    ['switched off', { wait: wait.fixed(10), enabled: false }],
    ['without a limit of its attempts', { wait: wait.fixed(5), deadline: 10, attemptTimeout: Infinity }],
    ['one whose attempts may take as long as the call', { wait: wait.fixed(5), deadline: 10, attemptTimeout: 10 }],
    ['one that waits for as long as the call', { wait: wait.fixed(10), deadline: 10 }],
    ['one whose wait is not always the same', { wait: wait.incrementing({ start: 50 }), deadline: 10 }],
    ['one whose wait is of an own class', { wait: new OwnWait(), deadline: 10 }],
  ])('and is %s says nothing', (_what, options) => {
    new Retrying(options);
    expect(warn).not.toHaveBeenCalled();
  });

  test('says an unbounded one once, not twice', () => {
    new Retrying();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('says nothing elsewhere', () => {
    process.env.NODE_ENV = 'production';
    new Retrying({ wait: wait.fixed(10) });
    expect(warn).not.toHaveBeenCalled();
  });
});
