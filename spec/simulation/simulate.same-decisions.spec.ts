import { runInNewContext } from 'node:vm';
import { Retrying, retryIf, stop, TryAgain, type RetryOptions } from 'tenax';
import { simulate, simulateFleet } from 'tenax/simulation';

const abort = Object.assign(new Error('aborted'), { name: 'AbortError' });
const twice = { stop: stop.afterAttempt(2) };
const { signal } = new AbortController();

describe('decide, simulate and simulateFleet take the same decision', () => {
  test.each<[string, RetryOptions, unknown, boolean]>([
    ['an error', twice, new Error('failed'), true],
    ['an error of another realm', twice, runInNewContext('new TypeError("failed")'), true],
    ['TryAgain', { ...twice, retryIf: retryIf.never }, new TryAgain(), true],
    ['an AbortError', twice, abort, false],
    ['an AbortError that a condition names', { ...twice, retryIf: retryIf.always }, abort, true],
    ['an AbortError of a call with a signal', { ...twice, retryIf: retryIf.always, signal }, abort, false],
    ['any error where the policy is switched off', { ...twice, enabled: false }, new Error('failed'), false],
  ])('about %s', async (_, policy, error, again) => {
    expect(await new Retrying(policy).decide({ attemptNumber: 1, error })).toMatchObject({ retry: again });
    const attempts = again ? 2 : 1;
    expect((await simulate(policy, { outcomes: [error], runs: 1 })).attempts.max).toBe(attempts);
    const fleet = { clients: 1, server: { capacity: 0 }, error };
    expect((await simulateFleet(policy, fleet)).requests).toBe(attempts);
  });
});
