import { retry, stop, wait } from 'tenax';
import { lintPolicy, simulate, simulateFleet } from 'tenax/simulation';
import { setTesting } from 'tenax/testing';

const policy = { stop: stop.afterAttempt(4), wait: wait.fixed(50_000) };
const fails = { outcomes: [new Error('down')], runs: 3, attemptDuration: 10 };

// Policies are looked at in test suites, where setTesting is in force.
describe('While setTesting is in force', () => {
  afterEach(() => setTesting(false));

  test('simulate is not affected by test mode', async () => {
    const before = await simulate(policy, fails);
    setTesting({ attempts: 1 });
    const { worstCase, attempts, timeline } = await simulate(policy, fails);
    expect([worstCase, attempts.max]).toEqual([150_000, 4]);
    expect(timeline).toEqual(before.timeline);
    expect((await simulate(policy, { ...fails, outcomes: [1] })).worstCase).toBe(150_000);
  });

  test('real calls are under test while a simulation runs', async () => {
    setTesting({ attempts: 2 });
    const simulation = simulate(policy, fails);
    const load = jest.fn().mockRejectedValue(new Error('down'));
    await expect(retry(load, policy)()).rejects.toThrow();
    expect(load).toHaveBeenCalledTimes(2);
    expect((await simulation).attempts.min).toBe(4);
  });

  test('simulateFleet and lintPolicy show it too', async () => {
    const fleet = { clients: 2, server: { capacity: 0 } };
    const [requests, findings] = [(await simulateFleet(policy, fleet)).requests, lintPolicy(policy)];
    setTesting({ attempts: 1 });
    expect((await simulateFleet(policy, fleet)).requests).toBe(requests);
    expect(requests).toBe(8);
    expect(lintPolicy(policy)).toEqual(findings);
  });
});
