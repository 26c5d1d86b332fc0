import { Retrying, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { simulateFleet } from 'tenax/simulation';

const down = { clients: 1, server: { capacity: 0 }, slot: 10 };

describe('The policy of a fleet', () => {
  test('decides as in a call: strategies see the error, the attempt, the time and the sleeps', async () => {
    const error = new RangeError('down');
    const seen: unknown[] = [];
    await simulateFleet(
      new Retrying({
        stop: (state) => {
          const { attemptNumber, outcome, startTime, elapsed, idleFor, upcomingSleep, fnName } = state;
          seen.push({ attemptNumber, outcome, startTime, elapsed, idleFor, upcomingSleep, fnName });
          return attemptNumber === 3;
        },
        wait: wait.incrementing({ start: 10, increment: 10 }),
      }),
      { clients: 2, spread: 10, server: { capacity: 0, latency: 1 }, error, duration: 45 },
    );
    const after = (attemptNumber: number, startTime: number, more: object): object => ({
      ...{ attemptNumber, startTime, fnName: 'simulated', outcome: { attemptNumber, failed: true, error } },
      ...more,
    });
    expect(seen).toEqual([
      after(1, 0, { elapsed: 1, idleFor: 0, upcomingSleep: 10 }),
      after(1, 5, { elapsed: 1, idleFor: 0, upcomingSleep: 10 }),
      after(2, 0, { elapsed: 12, idleFor: 10, upcomingSleep: 20 }),
      after(2, 5, { elapsed: 12, idleFor: 10, upcomingSleep: 20 }),
      after(3, 0, { elapsed: 33, idleFor: 30, upcomingSleep: 30 }),
      after(3, 5, { elapsed: 33, idleFor: 30, upcomingSleep: 30 }),
    ]);
  });

  test.each<[string, RetryOptions, number[]]>([
    ['a stop', { stop: stop.afterAttempt(2), wait: wait.fixed(10) }, [1, 1]],
    ['a stop that answers later', { stop: async (state) => state.attemptNumber === 2, wait: wait.fixed(10) }, [1, 1]],
    ['a condition', { stop: stop.never, retryIf: retryIf.exceptionMessage({ message: 'other' }) }, [1]],
    ['a condition that answers later', { stop: stop.never, retryIf: async () => Promise.resolve(false) }, [1]],
    ['a wait that gives up', { stop: stop.never, wait: wait.chain(wait.fixed(10), wait.fixed(Infinity)) }, [1, 1]],
    ['a deadline that the next wait would pass', { deadline: 29, wait: wait.fixed(10) }, [1, 1, 1]],
    ['a deadline that the next wait comes to', { deadline: 30, wait: wait.fixed(10) }, [1, 1, 1, 1]],
    [
      'a deadline that is reached',
      { deadline: 20, wait: wait.chain(wait.fixed(10), wait.fixed(10), wait.none()) },
      [1, 1, 1],
    ],
  ])('ends a call: %s', async (_what, policy, load) => {
    const fleet = await simulateFleet(policy, down);
    expect(fleet.load).toEqual(load);
    expect([fleet.failed, fleet.succeeded]).toEqual([1, 0]);
  });

  test('counts a deadline from the start of each call', async () => {
    const { requests } = await simulateFleet(
      { deadline: 25, wait: wait.fixed(10) },
      { clients: 2, spread: 2000, server: { capacity: 0 } },
    );
    expect(requests).toBe(6);
  });

  test('uses a plain Error by default', async () => {
    const policy = { stop: stop.afterAttempt(2), retryIf: retryIf.exceptionMessage({ message: 'the server failed' }) };
    expect((await simulateFleet(policy, down)).requests).toBe(2);
  });

  test('draws its jitter from the seed', async () => {
    const fleet = (seed?: number) =>
      simulateFleet({ stop: stop.afterAttempt(3), wait: wait.random() }, { ...down, clients: 5, seed });
    const [one, same, none, other] = await Promise.all([fleet(1), fleet(1), fleet(), fleet(2)]);
    expect(same).toEqual(one);
    expect(none).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

describe('A budget that a fleet shares', () => {
  test('is filled by first attempts only, and ends calls when it is spent', async () => {
    const policy = { stop: stop.never, wait: wait.fixed(10) };
    const budget = { ratio: 0.5, minPerSecond: 0 };
    const { requests, failed } = await simulateFleet(policy, { ...down, clients: 10, budget });
    expect([requests, failed]).toEqual([15, 10]);
  });

  test('goes by the time of the simulation', async () => {
    const policy = { stop: stop.afterAttempt(5), wait: wait.fixed(1000) };
    const budget = { ratio: 0, minPerSecond: 1, window: 1000 };
    expect((await simulateFleet(policy, { ...down, budget })).requests).toBe(5);
    expect((await simulateFleet({ ...policy, wait: wait.fixed(999) }, { ...down, budget })).requests).toBe(2);
  });
});
