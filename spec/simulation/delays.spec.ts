import { Retrying, retryIf, wait, type RetryCallState, type RetryOptions } from 'tenax';
import { RetryCallState as CallState } from '../../lib/call/call-state';
import { delaysOf, draws, LARGEST_RANDOM, type Range } from '../../lib/simulation/delays';
import { SIMULATED } from '../../lib/simulation/simulated-call';

/** The delays after the second attempt, which has failed; `sleeps` are those before it. */
async function delays(options: RetryOptions, sleeps: Range = { least: 0, most: 0 }): Promise<Range | undefined> {
  const retrying = new Retrying(options, { quiet: true });
  const outcome = { attemptNumber: 2, failed: true as const, error: new Error('down') };
  return delaysOf(
    retrying.policy,
    (random, lastSleep) =>
      Object.assign(new CallState(retrying, SIMULATED, 0, random), {
        attemptNumber: 2,
        outcome,
        upcomingSleep: sleeps[lastSleep],
      }),
    () => 0.25,
  );
}

describe('delaysOf', () => {
  test.each<[string, RetryOptions, Range | undefined]>([
    ['a fixed wait', { wait: wait.fixed(10) }, { least: 10, most: 10 }],
    ['jitter, up to its end, which it only approaches', { wait: wait.random({ min: 10, max: 30 }) }, { least: 10, most: 30 }],
    ['jitter in two directions, each at its own end', { wait: wait.fixed(100).withJitter(0.5).plus(wait.random({ max: 10 })) }, { least: 50.00000000000001, most: 110 }],
    ['no range if the error is not retried', { wait: wait.fixed(10), retryIf: retryIf.never }, undefined],
    ['no range if the wait gives up', { wait: wait.fixed(Infinity) }, undefined],
    ['only delays that do not give up', { wait: ({ random }) => (random() < 0.5 ? 10 : Infinity) }, { least: 10, most: 10 }],
    ['a delay that is retried by chance', { wait: wait.fixed(10), retryIf: ({ random }) => random() < 0.5 }, { least: 10, most: 10 }],
    ['a wait that is longest in the middle', { wait: ({ random }) => (random() === 0.25 ? 50 : 1) }, { least: 1, most: 50 }],
  ])('returns %s', async (_what, options, range) => {
    expect(await delays(options)).toEqual(range);
  }); // prettier-ignore

  test('ignores the stop, the deadline and the budget', async () => {
    const options: RetryOptions = { stop: () => true, deadline: 5, wait: wait.fixed(10) };
    expect(await delays(options)).toEqual({ least: 10, most: 10 });
  });

  test('tries the shortest and the longest sleep before', async () => {
    const again = ({ upcomingSleep }: RetryCallState): number => upcomingSleep * 3;
    expect(await delays({ wait: again }, { least: 1, most: 5 })).toEqual({ least: 3, most: 15 });
    const chained = wait.decorrelatedJitter({ base: 10 });
    expect(await delays({ wait: chained }, { least: 20, most: 40 })).toEqual({ least: 10, most: 120 });
  });

  test('calls a function of the user with random numbers below 1 only', async () => {
    const drawn = new Set<number>();
    const own = ({ random }: RetryCallState): number => {
      const number = random();
      drawn.add(number);
      return number;
    };
    expect(await delays({ wait: own })).toEqual({ least: 0, most: LARGEST_RANDOM });
    expect([...drawn].sort((a, b) => a - b)).toEqual([0, 0.25, LARGEST_RANDOM]);
  });

  test('does not try every combination where more than ten numbers are drawn', async () => {
    let calls = 0;
    const many = wait.combine(...Array.from({ length: 14 }, () => wait.random({ max: 1 })));
    const retryAlways = (): boolean => {
      calls += 1;
      return true;
    };
    await delays({ wait: many, retryIf: retryAlways });
    // Both sleeps before with numbers below 1, and one with 1.
    expect(calls).toBe(3 * 2 ** 10);
  });
});

describe('draws', () => {
  test('are the extremes of as many numbers as are drawn, then random ones', () => {
    const seen = Array.from(
      draws(() => 0.25),
      (random) => [random(), random()],
    );
    const top = LARGEST_RANDOM;
    expect(seen.slice(0, 4)).toEqual([
      [0, 0],
      [top, 0],
      [0, top],
      [top, top],
    ]);
    expect(seen.slice(4)).toEqual(Array.from({ length: 18 }, () => [0.25, 0.25]));
  });

  test('are one extreme and random ones if no number is drawn', () => {
    expect(Array.from(draws(Math.random))).toHaveLength(19);
  });

  test('never reach 1', () => {
    expect(LARGEST_RANDOM).toBeLessThan(1);
    expect(LARGEST_RANDOM + Number.EPSILON / 2).toBe(1);
  });
});
