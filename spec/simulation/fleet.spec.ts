import fc from 'fast-check';
import { stop, wait } from 'tenax';
import { simulateFleet, type FleetOptions } from 'tenax/simulation';
import { runs } from '../long';
import { thrown } from '../thrown';

describe('simulateFleet', () => {
  test('without a failure every call is one request', async () => {
    const fleet = await simulateFleet({ stop: stop.afterAttempt(3) }, { clients: 50, server: { capacity: 1000 } });
    expect(fleet).toMatchObject({ requests: 50, amplification: 1, succeeded: 50, failed: 0, load: [50], served: [50] });
  });

  test('full jitter makes less work and lower peaks than none, as in "Exponential Backoff And Jitter"', async () => {
    const contention = { clients: 60, server: { capacity: 5 }, seed: 5 };
    const backoff = { initial: 100, max: 20_000 };
    const none = await simulateFleet({ stop: stop.never, wait: wait.exponential(backoff) }, contention);
    const full = await simulateFleet({ stop: stop.never, wait: wait.fullJitter(backoff) }, contention);
    expect(full.succeeded).toBe(60);
    expect(full.requests).toBeLessThan(none.requests / 2);
    // The herd comes back as one, again and again.
    const late = (load: readonly number[]) => Math.max(...load.slice(5));
    expect(late(full.load)).toBeLessThan(late(none.load) / 2);
  });

  test('a budget bounds by how much an outage multiplies the traffic', async () => {
    const outage = { clients: 200, spread: 60_000, server: { capacity: 67, outage: { from: 10_000, to: 40_000 } } };
    const policy = { stop: stop.afterAttempt(6), wait: wait.fullJitter({ initial: 500, max: 5000 }) };
    const storm = await simulateFleet(policy, outage);
    const calm = await simulateFleet(policy, { ...outage, budget: { ratio: 0.2, minPerSecond: 0 } });
    expect(storm.amplification).toBeGreaterThan(2);
    expect(calm.amplification).toBeLessThanOrEqual(1.2);
  });

  test('a limiter keeps the server within its capacity', async () => {
    const { load, failed, peak } = await simulateFleet(
      { stop: stop.afterAttempt(2) },
      { clients: 100, server: { capacity: 10 }, limiter: { rate: 10, capacity: 1 } },
    );
    expect(failed).toBe(0);
    expect(peak).toBeLessThanOrEqual(11);
    expect(load.length).toBe(10);
  });

  test('rejects for wrong options of its own, of the budget and of the policy', async () => {
    const good = { clients: 1, server: { capacity: 100 } };
    const failed = async (options: object, policy: object = { stop: stop.never }): Promise<string> =>
      String(await thrown(simulateFleet(policy, options as never)));
    expect(await failed({ ...good, clients: 0 })).toBe(
      'RangeError: simulateFleet: clients takes a whole number ≥ 1, got 0',
    );
    expect(await failed({ ...good, budget: { ratio: -1 } })).toBe(
      'RangeError: RetryBudget: ratio takes a finite number ≥ 0, got -1',
    );
    expect(await failed(good, { stpo: 1 })).toMatch('did you mean "stop"?');
  });

  test('counts every client once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(200),
        async (clients, n, capacity) => {
          const fleet = await simulateFleet(
            { stop: stop.afterAttempt(n), wait: wait.random() },
            { clients, server: { capacity } },
          );
          expect(fleet.succeeded + fleet.failed).toBe(clients);
          expect(fleet.requests).toBeLessThanOrEqual(clients * n);
          expect(fleet.load.reduce((a, b) => a + b, 0)).toBe(fleet.requests);
          expect(fleet.served.reduce((a, b) => a + b, 0)).toBe(fleet.succeeded);
        },
      ),
      runs(30),
    );
  });
});

const once = { stop: stop.afterAttempt(1) };

describe('The result of simulateFleet', () => {
  const slow: FleetOptions = { clients: 1, server: { capacity: 10, latency: 70, outage: { from: 0, to: 150 } } };

  test('an answer takes the latency of the server, and the wait begins after it', async () => {
    const policy = { stop: stop.never, wait: wait.fixed(30) };
    const { load, served, requests, succeeded, recovery } = await simulateFleet(policy, { ...slow, slot: 50 });
    // Asks at 0, 100 and 200.
    expect(load).toEqual([1, 0, 1, 0, 1]);
    expect(served).toEqual([0, 0, 0, 0, 1]);
    expect([requests, succeeded, recovery]).toEqual([3, 1, 120]);
  });

  test('recovery is counted from the start if there was no outage', async () => {
    const { recovery } = await simulateFleet(once, { clients: 3, spread: 30, server: { capacity: 1000, latency: 5 } });
    expect(recovery).toBe(25);
  });

  test('recovery is 0 if every call ended before the outage did', async () => {
    expect((await simulateFleet(once, slow)).recovery).toBe(0);
  });

  test('recovery ends with the last call that ended, not with an attempt of one that did not', async () => {
    const policy = { stop: stop.never, wait: wait.fixed(100) };
    // The first request is served, the others come before the server has saved up for one more.
    const fleet = await simulateFleet(policy, { clients: 2, server: { capacity: 1 }, duration: 500 });
    expect([fleet.requests, fleet.succeeded, fleet.failed, fleet.recovery]).toEqual([7, 1, 0, 0]);
  });

  test('the load is counted per second', async () => {
    const { load, served, peak } = await simulateFleet(once, { clients: 6, spread: 3000, server: { capacity: 10 } });
    expect([load, served, peak]).toEqual([[2, 2, 2], [2, 2, 2], 2]);
  });

  test('the peak is the most in a slot', async () => {
    const policy = { stop: stop.afterAttempt(2), wait: wait.fixed(3000) };
    const { load, peak, amplification } = await simulateFleet(policy, { clients: 50, server: { capacity: 100 } });
    expect(load).toEqual([50, 0, 0, 40]);
    expect(peak).toBe(50);
    expect(amplification).toBe(1.8);
  });

  test('requests at the end of the duration still count, later ones do not', async () => {
    const policy = { stop: stop.never, wait: wait.fixed(100) };
    const down = { clients: 1, server: { capacity: 0 } };
    expect((await simulateFleet(policy, { ...down, duration: 300 })).requests).toBe(4);
    expect((await simulateFleet(policy, { ...down, duration: 299 })).requests).toBe(3);
  });

  test('the duration is an hour by default, and calls in progress at its end count as neither succeeded nor failed', async () => {
    const policy = { stop: stop.never, wait: wait.fixed(600_000) };
    const { requests, failed, succeeded } = await simulateFleet(policy, { clients: 1, server: { capacity: 0 } });
    expect([requests, failed, succeeded]).toEqual([7, 0, 0]);
  });
});

describe('a policy that retries for ever', () => {
  const endless = 'simulateFleet takes a policy that stops or waits, or a server with a latency, got one without end';

  test.each([
    ['without a stop', {}],
    ['with a stop that waits for time to pass', { stop: stop.afterDelay(1000) }],
    ['with a deadline', { deadline: 1000 }],
  ])('at one moment, %s, is refused and does not run for ever', async (_which, policy) => {
    const fleet = { clients: 2, server: { capacity: 1 }, duration: 1000 };
    await expect(simulateFleet(policy, fleet)).rejects.toThrow(new RangeError(endless));
  });

  test('ends with the simulation if the server takes time', async () => {
    const fleet = { clients: 2, server: { capacity: 1, latency: 100 }, duration: 1000 };
    await expect(simulateFleet({}, fleet)).resolves.toMatchObject({ succeeded: 2 });
  });

  test('is not one that names many attempts', async () => {
    const fleet = { clients: 2, server: { capacity: 0 }, duration: 1000 };
    const { requests } = await simulateFleet({ stop: stop.afterAttempt(12_000) }, fleet);
    expect(requests).toBe(24_000);
  });
});
