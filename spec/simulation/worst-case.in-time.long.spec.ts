import { stop, wait, type RetryOptions, type WaitStrategy } from 'tenax';
import { simulate } from 'tenax/simulation';

const full = wait.fullJitter({ initial: 1000, max: 10_000 });

/** One run, since each goes on for ten thousand attempts. */
const longRun = async (policy: RetryOptions): Promise<number> =>
  (await simulate(policy, { outcomes: [new Error('down')], runs: 1 })).worstCase;

describe('The worst case of a policy that may make attempts without end', () => {
  test.each<[string, RetryOptions, number]>([
    ['in time that does not pass: nothing is waited', { deadline: 1000, wait: wait.none() }, 0],
    ['by attempts or a time that does not pass', { stop: stop.all(stop.afterAttempt(3), stop.afterDelay(50)) }, 0],
    ['and never ends', { stop: stop.never, wait: wait.none() }, Infinity],
    ['and never ends, with jitter', { stop: stop.never, wait: full }, Infinity],
    ['with many short sleeps', { deadline: 20_000, wait: wait.fixed(1) }, 20_000],
    ['with many tiny sleeps', { stop: stop.afterDelay(30_000), wait: wait.random({ max: 0.5 }) }, 30_000.5],
    ['with sleeps that grow for ever', { stop: stop.afterDelay(9), wait: wait.fullJitter() }, Infinity],
    ['with sleeps that grow slowly for ever', { stop: stop.afterDelay(9), wait: wait.incrementing().withJitter(1) }, Infinity],
    ['with sleeps that grow slowly to a cap', { stop: stop.afterDelay(9), wait: wait.incrementing({ increment: 0.1, max: 5000 }).withJitter(1) }, 5009],
    ['with sleeps that grow for ever, none of which ends late', { deadline: 9, wait: wait.fullJitter() }, 9],
    ['and stops waiting', { stop: stop.afterDelay(100), wait: wait.chain(wait.random({ max: 7 }), wait.none()) }, 7],
    ['and waits in between', { stop: stop.afterDelay(100), wait: wait.chain(wait.none(), wait.none(), wait.none(), wait.random({ max: 7 }), wait.none()) }, 7],
    ['in which a function of one’s own does not wait', { deadline: 50, wait: () => 0 }, 0],
    ['and begins to wait', { stop: stop.afterDelay(100), wait: wait.chain(...Array<WaitStrategy>(20).fill(wait.none()), wait.random({ max: 7 })) }, 107],
  ])('%s', async (_why, policy, longest) => {
    expect(await longRun(policy)).toBe(longest);
  }); // prettier-ignore
});

describe('The worst case with a wait of one’s own', () => {
  const upTo = (most: number): RetryOptions => ({ wait: ({ random }) => random() * most });

  test.each<[string, RetryOptions, number]>([
    ['a deadline', { deadline: 3000 }, 3000],
    ['a stop', { stop: stop.afterDelay(3000) }, 3500],
    ['any of several stops', { stop: stop.any(stop.beforeDelay(3000), () => false) }, 3000],
  ])('is kept in time by %s', async (_what, options, longest) => {
    expect(await longRun({ ...upTo(500), ...options })).toBeCloseTo(longest);
  });
});
