import { networkError } from '../../../lib/strategies/retry-if-http/network-error';
import { answered, raised } from '../states';
import { broken, late, running, unreachable } from './outcomes';

describe('retryIfHttp.networkError', () => {
  test.each([
    ['a broken connection', raised(unreachable), true],
    ['an attempt that took too long', raised(late), true],
    ['an answer that is an error', raised(broken), false],
    ['any other error', raised(new Error()), false],
    ['an error with the code of a network failure as its text', raised(new Error('ECONNRESET')), false],
    ['a value, even such an error', answered(unreachable), false],
    ['an answer with an error status as a value', answered({ status: 503 }), false],
    ['an attempt that has not ended', running(), false],
  ])('is asked about %s', (_what, state, retries) => {
    expect(networkError().shouldRetry(state)).toBe(retries);
  });

  test('never holds for a value, and says so', () => {
    expect(networkError().errorsOnly).toBe(true);
    expect(String(networkError())).toBe('retryIfHttp.networkError()');
  });
});
