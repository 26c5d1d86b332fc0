import { retryIf, stop, wait, type RetryCallState, type RetryOptions } from 'tenax';
import { simulate } from 'tenax/simulation';

const fails = { outcomes: [new Error('down')], runs: 1 };

describe('The random numbers of a run', () => {
  const jittery = { stop: stop.afterAttempt(3), wait: wait.random() };

  test('are its own', async () => {
    const { totalWaits, totalWait } = await simulate(jittery, { ...fails, runs: 20 });
    expect(new Set(totalWaits).size).toBe(20);
    expect(totalWait.min).toBe(Math.min(...totalWaits));
    expect(totalWait.max).toBe(Math.max(...totalWaits));
  });

  test('start at seed + 7919 · i, so that a single run can be repeated', async () => {
    const { totalWaits } = await simulate(jittery, { ...fails, runs: 3, seed: 5 });
    const alone = await Promise.all([0, 1, 2].map((i) => simulate(jittery, { ...fails, seed: 5 + 7919 * i })));
    expect(alone.map((each) => each.totalWaits[0])).toEqual(totalWaits);
  });
});

describe('The worst case', () => {
  test('is that of calls that always fail, whatever `outcomes` is', async () => {
    const policy = { stop: stop.afterAttempt(4), wait: wait.fixed(10) };
    const { worstCase, totalWait } = await simulate(policy, { outcomes: [1], runs: 1 });
    expect([worstCase, totalWait.max]).toEqual([30, 0]);
  });

  test('is looked for with jitter at its most', async () => {
    const policy = { stop: stop.afterAttempt(3), wait: wait.random({ min: 10, max: 100 }) };
    expect((await simulate(policy, fails)).worstCase).toBe(200);
  });

  test('is looked for with jitter at its least, which may be the longer', async () => {
    const policy = { stop: stop.afterAttempt(3), wait: wait.fixed(100).withJitter(0.5) };
    expect((await simulate(policy, fails)).worstCase).toBe(200);
  });

  test('is looked for at random too, the same for the same seed', async () => {
    const policy: RetryOptions = {
      stop: stop.afterAttempt(2),
      wait: ({ random }) => {
        const share = random();
        return share > 0 && share < 0.999 ? 1000 + share : 0;
      },
    };
    const [one, same, other] = await Promise.all(
      [1, 1, 2].map((seed) => simulate(policy, { outcomes: [1], runs: 1, seed })),
    );
    expect(one?.worstCase).toBeGreaterThan(1000);
    expect(same?.worstCase).toBe(one?.worstCase);
    expect(other?.worstCase).not.toBe(one?.worstCase);
  });

  test('includes the user’s functions, which receive only random numbers in [0, 1)', async () => {
    const delays = [10, 20, 30];
    const drawn = (random: () => number): number => delays[Math.floor(random() * 3)] as number;
    const policy = { stop: stop.afterAttempt(3), wait: (state: RetryCallState) => drawn(state.random) };
    const attemptDuration = (_attemptNumber: number, random: () => number): number => drawn(random);
    expect((await simulate(policy, { ...fails, attemptDuration })).worstCase).toBe(60);
  });

  test('counts a value that is tried again as a failure', async () => {
    const values: RetryOptions = {
      stop: stop.afterAttempt(5),
      wait: wait.random({ max: 10 }),
      retryIf: retryIf.result((value) => value === 'pending'),
    };
    const { worstCase } = await simulate(values, { outcomes: ['pending', 'done', 'pending'], runs: 1 });
    expect(worstCase).toBe(40);
  });

  test('is at least the longest wait of a run', async () => {
    const moods = [100, 1, 1, 1];
    const moody: RetryOptions = { stop: stop.afterAttempt(2), wait: () => moods.shift() ?? 0 };
    expect((await simulate(moody, { ...fails, runs: 2 })).worstCase).toBe(100);
  });

  test('is looked for with the errors that came up, and with a plain one', async () => {
    const asked = new Set<string>();
    const policy: RetryOptions = {
      stop: stop.afterAttempt(3),
      wait: (state) => {
        const { message } = (state.outcome as { error: Error }).error;
        asked.add(message);
        return message === 'slow' ? 500 : 1;
      },
    };
    const { worstCase } = await simulate(policy, {
      outcomes: [new Error('quick'), new Error('slow'), 'fine'],
      runs: 1,
    });
    expect(worstCase).toBe(1000);
    expect([...asked].sort()).toEqual(['quick', 'simulated', 'slow']);
  });

  test('is looked for with no value that ended a call', async () => {
    const slow = new Error('slow');
    const policy: RetryOptions = {
      stop: stop.afterAttempt(3),
      wait: ({ outcome }) => ((outcome as { error: unknown }).error === slow ? 500 : 1),
    };
    let made = 0;
    const outcomes = (): unknown => {
      made += 1;
      return made === 12 ? slow : made;
    };
    expect((await simulate(policy, { outcomes, runs: 12 })).worstCase).toBe(1000);
  });

  test('is looked for with nine of them, and no more', async () => {
    const numbered = Array.from({ length: 12 }, (_, i) => Object.assign(new Error('numbered'), { i: i + 1 }));
    const asked = new Set<number>();
    const calls = new Set<unknown>();
    const policy: RetryOptions = {
      stop: stop.afterAttempt(13),
      wait: (state) => {
        const { i = 0 } = (state.outcome as { error: { i?: number } }).error;
        // The first call met them all; those that follow meet one each.
        calls.add(state.retrying);
        if (calls.size > 1) asked.add(i);
        return 1;
      },
    };
    await simulate(policy, { outcomes: [...numbered, 'fine'], runs: 1 });
    expect([...asked].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('A call that goes on', () => {
  const goesOn = { outcomes: ['pending'], runs: 1 };
  const pending = { retryIf: retryIf.result((value) => value === 'pending'), wait: wait.fixed(1) };

  test('is Infinity after a thousand attempts if nothing can stop the call', async () => {
    const { timeline, attempts, worstCase } = await simulate({ ...pending, stop: stop.never }, goesOn);
    expect([timeline.length, attempts.min, worstCase]).toEqual([1000, Infinity, Infinity]);
  });

  test('is Infinity after more attempts if its stop names more', async () => {
    const endless = stop.all(stop.afterAttempt(1000), stop.never);
    const { timeline, attempts } = await simulate({ ...pending, stop: endless }, goesOn);
    expect([timeline.length, attempts.min]).toEqual([1001, Infinity]);
  });

  test('allows more attempts if a stop of the user’s may end the call', async () => {
    const { attempts } = await simulate({ ...pending, stop: ({ attemptNumber }) => attemptNumber >= 1010 }, goesOn);
    expect(attempts.max).toBe(1010);
  });

  test('allows more attempts if a deadline ends the call', async () => {
    const { attempts } = await simulate({ ...pending, deadline: 1009 }, goesOn);
    expect(attempts.max).toBe(1010);
  });
});
