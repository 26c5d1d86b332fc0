import { Retrying, retryIf, stop, wait, type Outcome, type RetryOptions } from 'tenax';
import { simulate } from 'tenax/simulation';
import { longestWait } from '../../lib/simulation/worst-case';

const failed = { attemptNumber: 1, failed: true as const, error: new Error('down') };

/** The longest wait, where a call of more than `most` attempts counts as endless. */
const longest = (policy: RetryOptions, most = 20, outcomes: Outcome[] = [failed]): Promise<number> =>
  longestWait(new Retrying({ ...policy }).policy, outcomes, () => 0, most, Math.random);

describe('longestWait', () => {
  test.each<[string, RetryOptions, number]>([
    ['is 0 if nothing is retried', { stop: stop.afterAttempt(3), wait: wait.fixed(10), retryIf: retryIf.exceptionType(TypeError) }, 0],
    ['counts an attempt that is retried by chance', { stop: stop.afterAttempt(2), wait: wait.fixed(10), retryIf: ({ random }) => random() < 0.5 }, 10],
    ['ends where a wait gives up', { stop: stop.afterAttempt(9), wait: ({ attemptNumber }) => (attemptNumber < 3 ? 10 : Infinity) }, 20],
    ['ends there without a stop, too', { stop: stop.never, wait: wait.chain(wait.fixed(10), wait.fixed(Infinity)) }, 10],
    ['is not known where only a stop of the user’s may end the call', { stop: stop.all(() => true, stop.afterAttempt(3)), wait: wait.chain(wait.fixed(10), wait.fixed(Infinity)) }, Infinity],
    ['is known where another stop ends it as well', { stop: stop.any(() => false, stop.afterAttempt(3)), wait: wait.fixed(10) }, 20],
    ['begins with no sleep before', { stop: stop.afterAttempt(3), wait: ({ upcomingSleep }) => upcomingSleep + 10 }, 30],
    ['is endless without a stop, if the delays are not known', { stop: stop.never, wait: () => 10 }, Infinity],
    ['is endless without a stop', { stop: stop.never, wait: wait.fixed(10) }, Infinity],
    ['is 0 without delays, though the call does not end', { stop: stop.afterDelay(1000), wait: wait.none() }, 0],
    ['tries each jitter at its own end, whichever comes first', { stop: stop.afterAttempt(2), wait: wait.fixed(100).withJitter(0.5).plus(wait.random({ max: 10 })) }, 110],
    ['is 0 without delays that are known', { stop: stop.afterDelay(1000), wait: () => 0 }, 0],
    ['is the time limit of sleeps that may not end after it, though they grow', { stop: stop.beforeDelay(10), wait: wait.exponential({ initial: 10 }).withJitter(1) }, 10],
    ['is the time limit and one delay', { stop: stop.afterDelay(1000), wait: wait.random({ max: 10 }) }, 1010],
    ['counts delays that grow after the time limit was reached', { stop: stop.afterDelay(10), wait: wait.incrementing({ start: 10, increment: 1 }).withJitter(1) }, Infinity],
    ['is endless under a time limit if delays grow without a limit', { stop: stop.afterDelay(10), wait: wait.exponential({ initial: 10 }).withJitter(1) }, Infinity],
    ['is the time limit and the cap of delays that grow', { stop: stop.afterDelay(10), wait: wait.exponential({ initial: 10, max: 100 }).withJitter(1) }, 110],
  ])('%s', async (_what, policy, ms) => {
    expect(await longest(policy)).toBe(ms);
  }); // prettier-ignore

  test('looks at as many attempts as a wait has members', async () => {
    const waits = [...Array.from({ length: 20 }, () => wait.none()), wait.random({ max: 7 })];
    expect(await longest({ stop: stop.afterDelay(100), wait: wait.chain(...waits) }, 30)).toBe(107);
  });

  test('lets each attempt fail in another way, the quick ones first', async () => {
    const slow = { attemptNumber: 1, failed: true as const, error: new Error('slow') };
    const waits: RetryOptions['wait'] = ({ outcome }) => (outcome.failed && outcome.error === slow.error ? 40 : 10);
    expect(await longest({ stop: stop.afterDelay(50), wait: waits }, 20, [slow, failed])).toBe(90);
  });
});

describe('The worst case under a stop of the user', () => {
  const mine = stop.any(({ attemptNumber }) => attemptNumber >= 3);
  const fails = { outcomes: [new Error('down')], runs: 1 };

  test('is looked for with jitter at its least and its most', async () => {
    expect((await simulate({ stop: mine, wait: wait.random({ min: 10, max: 100 }) }, fails)).worstCase).toBe(200);
  });

  test('is looked for with random numbers of 0, and with values that are retried', async () => {
    const falling: RetryOptions = { stop: mine, wait: ({ random }) => 100 * (1 - random()) };
    expect((await simulate(falling, fails)).worstCase).toBe(200);
    const pending: RetryOptions = { stop: mine, wait: wait.fixed(10), retryIf: retryIf.result((value) => value === 'pending') };
    expect((await simulate(pending, { outcomes: ['pending', 'done'], runs: 1 })).worstCase).toBe(20);
  }); // prettier-ignore

  test('is endless if a run is', async () => {
    const policy = { stop: stop.all(stop.never, () => true), wait: wait.fixed(1) };
    expect((await simulate(policy, fails)).worstCase).toBe(Infinity);
  });

  test('is that of the runs, if the wait fails beyond the stop or with a random number of 1', async () => {
    const policy: RetryOptions = {
      stop: mine,
      deadline: 10_000,
      wait: ({ attemptNumber, random }) => {
        if (attemptNumber > 3 || random() === 1) throw new Error('never asked for');
        return 10;
      },
    };
    expect((await simulate(policy, fails)).worstCase).toBe(20);
  });
});
