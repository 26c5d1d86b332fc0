import { callSafely } from '../../lib/limits/call-safely';

describe('callSafely', () => {
  let warning: jest.SpyInstance;
  beforeEach(() => (warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)));
  afterEach(() => {
    warning.mockRestore();
  });
  const fail = (message: string) => (): never => {
    throw new Error(message);
  };
  const messages = (): unknown[] => warning.mock.calls.map(([message]) => message);

  test('calls the function once, and does not warn when it succeeds', async () => {
    const calls = [jest.fn(), jest.fn(() => 5), jest.fn(() => Promise.resolve(5))];
    for (const call of calls) callSafely({}, 'settle', call);
    await Promise.resolve();
    for (const call of calls) expect(call).toHaveBeenCalledTimes(1);
    expect(warning).not.toHaveBeenCalled();
  });

  test('warns about an error, with the name of the method and no credentials', () => {
    callSafely({}, 'release', fail('broken: https://user:secret@host/'));
    expect(messages()).toEqual(['release of a limiter failed, nothing was changed: broken: https://host/']);
    expect(JSON.stringify(warning.mock.calls)).toContain('TENAX_RELEASE');
  });

  test('warns about a rejection, which is then handled', async () => {
    callSafely({}, 'settle', () => Promise.reject(new Error('later')));
    expect(warning).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(messages()).toEqual(['settle of a limiter failed, nothing was changed: later']);
  });

  test('warns once for each listener and method', () => {
    const [one, other] = [{}, {}];
    for (const message of ['first', 'second']) {
      callSafely(one, 'settle', fail(`${message} of one`));
      callSafely(one, 'report', fail(`${message} report`));
      callSafely(other, 'settle', fail(`${message} of the other`));
    }
    expect(messages().map((message) => String(message).split(': ')[1])).toEqual([
      'first of one',
      'first report',
      'first of the other',
    ]);
  });
});
