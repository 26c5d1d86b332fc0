import fc from 'fast-check';
import { stop, wait } from 'tenax';
import { simulateFleet } from 'tenax/simulation';
import { runs } from '../long';

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
