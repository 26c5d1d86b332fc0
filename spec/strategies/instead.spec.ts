import { Retrying } from 'tenax';
import { retryingFetch } from 'tenax/http';

describe('an option that other libraries have', () => {
  test.each(['retries', 'attempts', 'maxRetries', 'maxAttempts'])('%s: the error names stop.afterAttempt', (name) => {
    const stop = `no option "${name}"; use stop: stop.afterAttempt(n), which counts the first attempt too`;
    expect(() => new Retrying({ [name]: 3 })).toThrow(stop);
    expect(() => retryingFetch({ [name]: 3 })).toThrow(stop);
  });

  test.each(['delay', 'backoff'])('%s: the error names a wait', (name) => {
    expect(() => new Retrying({ [name]: 100 })).toThrow(`no option "${name}"; use wait: wait.exponentialJitter(`);
  });
});
