import { Retrying, retryStream } from 'tenax';
import { retryingFetch } from 'tenax/http';

describe('an option that other libraries have', () => {
  test.each(['retries', 'attempts', 'maxRetries', 'maxAttempts', 'numOfAttempts'])(
    '%s: the error names stop.afterAttempt',
    (name) => {
      const stop = `no option "${name}"; use stop: stop.afterAttempt(n), which counts the first attempt too`;
      expect(() => new Retrying({ [name]: 3 })).toThrow(stop);
      expect(() => retryingFetch({ [name]: 3 })).toThrow(stop);
    },
  );

  test.each([
    'delay', 'backoff', 'retryDelay', 'minTimeout', 'maxTimeout', 'factor', 'jitter', 'randomize', 'initialDelay', 'startingDelay',
    'maxDelay', 'backoffLimit', 'calculateDelay',
  ])('%s: the error names a wait', (name) => {
    expect(() => new Retrying({ [name]: 100 })).toThrow(`no option "${name}"; use wait: wait.exponentialJitter(`);
  }); // prettier-ignore

  test.each([
    ['timeout', 'attemptTimeout for each attempt, or deadline for the whole call'],
    ['onRetry', 'beforeSleep'],
    ['onFailedAttempt', 'beforeSleep'],
    ['maxRetryTime', 'deadline'],
    ['maxRetryAfter', 'wait: wait.retryAfter({ max })'],
    ['onMaxRetryTimesExceeded', 'onGiveUp'],
    ['statusCodes', "retryIf: retryIfHttp.status(429, '5xx')"],
    ['validateResponse', 'retryIf: retryIfHttp.response(…)'],
    ['shouldRetry', 'retryIf'],
    ['retryCondition', 'retryIf'],
  ])('%s: the error names the option of tenax', (name, instead) => {
    expect(() => new Retrying({ [name]: 1 })).toThrow(`no option "${name}"; use ${instead}`);
  });

  test('is named by a copy and by a stream too', () => {
    const use = 'has no option "retries"; use stop: stop.afterAttempt(n)';
    expect(() => new Retrying().copy({ retries: 3 } as object)).toThrow(use);
    expect(() => retryStream(async function* () {}, { retries: 3 } as object)).toThrow(use);
  });
});
