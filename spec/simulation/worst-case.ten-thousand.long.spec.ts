import { retryIf, stop, wait } from 'tenax';
import { simulate } from 'tenax/simulation';

describe('A call of more than ten thousand attempts', () => {
  const goesOn = { outcomes: ['pending'], runs: 1 };
  const pending = { retryIf: retryIf.result((value) => value === 'pending'), wait: wait.fixed(1) };

  test('is Infinity after ten thousand attempts if the end is not known', async () => {
    const { timeline, attempts } = await simulate({ ...pending, stop: () => false }, goesOn);
    expect([timeline.length, attempts.min]).toEqual([10_000, Infinity]);
  });

  test('may take as many attempts as its stop names', async () => {
    const { attempts } = await simulate({ ...pending, stop: stop.afterAttempt(10_005) }, goesOn);
    expect(attempts.max).toBe(10_005);
  });
});
