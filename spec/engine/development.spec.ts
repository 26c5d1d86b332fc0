import { Retrying, stop, wait, type RetryOptions } from 'tenax';

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

  it.each<[string, RetryOptions, RegExp]>([
    ['never gives up', { wait: wait.fixed(10), name: 'sync' }, /^the policy sync: it never gives up/],
    [
      'has attempts longer than the call',
      { stop: stop.never, attemptTimeout: 20, deadline: 10 },
      /attemptTimeout.*deadline/,
    ],
    ['waits for longer than the call', { wait: wait.fixed(20), deadline: 10 }, /no second attempt/],
  ])('and %s says so once', (_what, options, message) => {
    const policy = new Retrying(options);
    policy.copy({ reraise: true });
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(message), expect.objectContaining({ code: 'TENAX_LINT' })],
    ]);
  });

  it.each<[string, RetryOptions]>([
    ['sound', { stop: stop.afterAttempt(3), wait: wait.fixed(10), attemptTimeout: 5, deadline: 100 }],
    ['endless on purpose', { stop: stop.never, wait: wait.fixed(10) }],
    ['switched off', { wait: wait.fixed(10), enabled: false }],
  ])('and is %s says nothing', (_what, options) => {
    new Retrying(options);
    expect(warn).not.toHaveBeenCalled();
  });

  it('says an unbounded one once, not twice', () => {
    new Retrying();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('says nothing elsewhere', () => {
    process.env.NODE_ENV = 'production';
    new Retrying({ wait: wait.fixed(10) });
    expect(warn).not.toHaveBeenCalled();
  });
});
