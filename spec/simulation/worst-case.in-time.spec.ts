import { retryIf, stop, TryAgain, wait, WaitStrategy, type RetryCallState, type RetryOptions } from 'tenax';
import { simulate } from 'tenax/simulation';

const fails = { outcomes: [new Error('down')], runs: 1 };
const jitter = { initial: 1000, max: 10_000 };
const full = wait.fullJitter(jitter);

// The longest sleep that may still begin, or the latest moment at which one may end: not what a few draws come to.
describe('The worst case of a policy that time bounds', () => {
  test.each<[string, RetryOptions, number]>([
    ['a sleep that would end too late is not begun', { stop: stop.beforeDelay(100), wait: wait.random({ max: 50 }) }, 100],
    ['nor one that would end at that very time', { stop: stop.beforeDelay(100), wait: wait.fixed(50) }, 50],
    ['nor one that would end after the deadline', { deadline: 30_000, wait: full }, 30_000],
    ['a last sleep overruns', { stop: stop.afterDelay(30_000), wait: wait.exponential(jitter).withJitter(1) }, 40_000],
    [
      'few attempts come to the time and over it',
      { stop: stop.any(stop.afterAttempt(5), stop.afterDelay(20)), wait: wait.random({ max: 30 }) },
      50,
    ],
    ['too few do not', { stop: stop.any(stop.afterAttempt(3), stop.afterDelay(100)), wait: wait.random({ max: 30 }) }, 60],
    ['the longest comes late', { stop: stop.any(stop.afterAttempt(10), stop.afterDelay(3000)), wait: full }, 13_000],
    ['or does not come', { stop: stop.any(stop.afterAttempt(3), stop.afterDelay(3000)), wait: full }, 3000],
    ['what is first in time counts', { stop: stop.afterDelay(50), deadline: 70, wait: wait.random({ max: 30 }) }, 70],
    ['both have to stop it', { stop: stop.all(stop.afterDelay(50), stop.beforeDelay(90)), wait: wait.random({ max: 30 }) }, 90],
    [
      'both have to stop it, and one is by attempts',
      { stop: stop.all(stop.afterAttempt(3), stop.afterDelay(50)), wait: wait.random({ max: 30 }) },
      80,
    ],
    ['each jitter at its own end', { stop: stop.afterAttempt(2), wait: wait.random({ max: 10 }).plus(wait.fixed(100).withJitter(0.5)) }, 110],
    ['each jitter at its own end, until a time', { stop: stop.afterDelay(1000), wait: wait.random({ max: 10 }).plus(wait.fixed(100).withJitter(1)) }, 1110],
    ['shorter sleeps may come to more', { stop: stop.afterDelay(100), wait: wait.random({ min: 60, max: 100 }) }, 200],
    ['the least that it sleeps may be too long', { stop: stop.afterDelay(100), wait: wait.random({ min: 110, max: 120 }) }, 120],
    ['a sleep that ends at the deadline is begun', { deadline: 50, wait: wait.random({ min: 50, max: 100 }) }, 50],
    ['jitter never takes all of its share off', { deadline: 50, wait: wait.fixed(100).withJitter(0.5) }, 0],
    ['later sleeps may be shorter', { stop: stop.afterDelay(10), wait: wait.chain(wait.fixed(100).withJitter(1), wait.fixed(1)) }, 100],
    ['a cap holds for the last one', { stop: stop.afterDelay(1000), wait: wait.decorrelatedJitter({ base: 10, max: 300 }) }, 1300],
    ['a delay that goes by the one before', { stop: stop.afterAttempt(4), wait: wait.decorrelatedJitter({ base: 10 }) }, 30 + 90 + 270],
    ['a wait that gives up', { stop: stop.afterDelay(100), wait: wait.chain(wait.random({ max: 7 }), wait.fixed(Infinity)) }, 7],
    ['a time that has passed', { stop: stop.afterDelay(0), wait: full }, 0],
    ['a signal that has aborted', { stop: stop.whenAborted(AbortSignal.abort()), wait: full }, 0],
    ['one that has not', { stop: stop.any(stop.whenAborted(new AbortController().signal), stop.beforeDelay(9)), wait: full }, 9],
    ['a policy that is not enabled', { enabled: false, deadline: 100, wait: full }, 0],
  ])('%s', async (_why, policy, longest) => {
    const [one, other] = await Promise.all([1, 2].map((seed) => simulate(policy, { ...fails, seed })));
    expect(one?.worstCase).toBe(longest);
    expect(other?.worstCase).toBe(longest);
  }); // prettier-ignore

  test('is only slightly too long if each delay depends on the one before', async () => {
    const policy = { stop: stop.afterDelay(30_000), wait: wait.decorrelatedJitter({ base: 1000 }) };
    const { worstCase } = await simulate(policy, fails);
    // The fourth sleep is at most three times the third: 2307.7 + 6923.1 + 20 769.2 = 30 000.
    expect(worstCase).toBeGreaterThanOrEqual(30_000 + 3 * 20_769);
    expect(worstCase).toBeLessThanOrEqual(30_000 + 3 * 30_000);
  });

  test('is shorter by the duration of the attempts', async () => {
    const policy = { stop: stop.any(stop.afterAttempt(6), stop.afterDelay(100)), wait: wait.random({ max: 30 }) };
    expect((await simulate(policy, { ...fails, attemptDuration: 10 })).worstCase).toBe(90);
    expect((await simulate(policy, { ...fails, attemptDuration: 20 })).worstCase).toBe(70);
    expect((await simulate({ ...policy, attemptTimeout: 10 }, { ...fails, attemptDuration: 20 })).worstCase).toBe(90);
    expect((await simulate({ deadline: 100, wait: full }, { ...fails, attemptDuration: (n) => n })).worstCase).toBe(99);
    expect((await simulate({ deadline: 100, wait: full }, { ...fails, attemptDuration: 100 })).worstCase).toBe(0);
  });
});

const worst = async (policy: RetryOptions): Promise<number> => (await simulate(policy, fails)).worstCase;

describe('What attempts fail with', () => {
  const asked = Object.assign(new Error('busy'), { retryAfter: 500 });
  const polite = wait.retryAfter({ fallback: wait.exponential({ initial: 100 }) });

  test('may be another error each time', async () => {
    const policy = { stop: stop.afterAttempt(5), wait: polite };
    expect((await simulate(policy, { outcomes: [asked], runs: 1 })).worstCase).toBe(500 + 500 + 500 + 800);
  });

  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  const abortedIf = retryIf.exceptionMessage({ match: /aborted/ });

  test.each<[string, RetryOptions, unknown, number]>([
    ['that is not retried', { retryIf: retryIf.exceptionType(RangeError) }, new TypeError('wrong'), 0],
    ['that alone is retried', { retryIf: retryIf.exceptionType(RangeError) }, new RangeError('down'), 20],
    ['that asks to be retried', { retryIf: retryIf.never }, new TryAgain(), 20],
    ['that is an abort', { signal: new AbortController().signal, retryIf: abortedIf }, aborted, 0],
    ['named an abort, where nobody can abort', { retryIf: abortedIf }, aborted, 20],
  ])('is an error %s', async (_what, options, error, longest) => {
    const policy = { stop: stop.afterAttempt(3), wait: wait.random({ max: 10 }), ...options };
    expect((await simulate(policy, { outcomes: [error], runs: 1 })).worstCase).toBe(longest);
  }); // prettier-ignore

  test('counts attemptTimeout as the duration if no attempt ends in time', async () => {
    const policy = { stop: stop.afterAttempt(3), attemptTimeout: 10, wait: wait.random({ max: 10 }) };
    const late = { ...fails, attemptDuration: 20 };
    const never = retryIf.unlessExceptionType(Error);
    expect((await simulate(policy, late)).worstCase).toBe(20);
    expect((await simulate({ ...policy, retryIf: never }, late)).worstCase).toBe(0);
    const others = retryIf.exceptionMessage({ match: /simulated|down/ });
    expect((await simulate({ ...policy, retryIf: others }, late)).worstCase).toBe(0);
    expect((await simulate({ ...policy, retryIf: others }, fails)).worstCase).toBe(20);
  });
});

describe('The worst case with functions of one’s own', () => {
  test('is as good as a stop that is tried', async () => {
    const stops = ({ attemptNumber }: { attemptNumber: number }): boolean => attemptNumber >= 3;
    expect(await worst({ stop: stops, wait: wait.random({ max: 10 }) })).toBe(20);
    expect(await worst({ stop: stop.any(stops, stop.afterDelay(100)), wait: wait.random({ max: 10 }) })).toBe(20);
  });

  test('does not call them for attempts after the policy stops', async () => {
    const delays = [10, 20, 30];
    const policy = {
      stop: stop.any(({ attemptNumber }) => attemptNumber >= 3, stop.afterDelay(1000)),
      wait: ({ attemptNumber }: { attemptNumber: number }) => delays[attemptNumber - 1] as number,
    };
    expect(await worst(policy)).toBe(30);
  });

  test('passes them only random numbers in [0, 1)', async () => {
    const delays = [10, 20, 30];
    const policy = {
      stop: ({ attemptNumber }: { attemptNumber: number }) => attemptNumber >= 3,
      wait: ({ random }: { random: () => number }) => delays[Math.floor(random() * 3)] as number,
    };
    expect(await worst(policy)).toBe(60);
  });

  test('also works if a wait is asynchronous or retryIf depends on the attempt', async () => {
    const late = ({ attemptNumber }: { attemptNumber: number }): number => (attemptNumber < 5 ? 0 : 100);
    expect(await worst({ stop: stop.afterDelay(250), wait: late })).toBe(300);
    const few = ({ attemptNumber }: { attemptNumber: number }): boolean => attemptNumber < 1e6;
    expect(await worst({ deadline: 50, wait: wait.random({ max: 7 }), retryIf: few })).toBe(50);
  });

  test('asks them with the shortest and the longest sleep that there may have been', async () => {
    const policy = {
      stop: stop.afterAttempt(3),
      wait: ({ attemptNumber, upcomingSleep, random }: RetryCallState) =>
        attemptNumber === 1 ? 10 + 20 * random() : upcomingSleep * 3,
    };
    expect(await worst(policy)).toBeCloseTo(30 + 90);
    expect(await worst({ ...policy, deadline: 70 })).toBe(70);
  });

  test('passes over a delay that gives up, unless there is no other', async () => {
    const policy = (wait: RetryOptions['wait']): RetryOptions => ({ stop: stop.afterAttempt(3), wait });
    expect(await worst(policy(({ random }) => (random() < 0.5 ? 10 : Infinity)))).toBe(20);
    expect(await worst(policy(() => Infinity))).toBe(0);
  });

  test('takes the least of how long an attempt may take', async () => {
    const policy = { stop: stop.afterDelay(100), wait: wait.fixed(10) };
    const attemptDuration = (_n: number, random: () => number): number => 40 + 50 * random();
    expect((await simulate(policy, { ...fails, attemptDuration })).worstCase).toBe(20);
  });

  test('rejects with their error', async () => {
    const wrong = { stop: stop.afterAttempt(3), wait: wait.exception((error: Error) => error.message.length - 6) };
    await expect(worst(wrong)).rejects.toThrow(/^wait must return milliseconds/);
  });
});
