import { stop, wait } from 'tenax';
import { simulateFleet } from 'tenax/simulation';

const once = { stop: stop.afterAttempt(1) };

describe('The server of a fleet', () => {
  test.each([
    // capacity, calls within ten seconds, served
    [0, 100, 0],
    [0.1, 100, 1],
    [0.5, 100, 5],
    [1, 100, 10],
    [3, 100, 31],
    [5, 100, 51],
    [9, 100, 91],
    [10, 100, 100],
    [10, 1000, 100],
    [15, 1000, 150],
    [100, 1000, 1000],
    [100, 2000, 1000],
  ])('of %p a second, asked evenly for ten seconds %p times, serves %p', async (capacity, clients, served) => {
    const { succeeded, failed } = await simulateFleet(once, { clients, spread: 10_000, server: { capacity } });
    expect([succeeded, failed]).toEqual([served, clients - served]);
  });

  test.each([
    [1, 1],
    [5, 1],
    [9, 1],
    [10, 1],
    [25, 2],
    [100, 10],
  ])('of %p a second serves %p of those that come at once', async (capacity, served) => {
    const { succeeded } = await simulateFleet(once, { clients: 100, server: { capacity } });
    expect(succeeded).toBe(served);
  });

  test.each([
    [5, 1],
    [9, 1],
    [10, 1],
    [100, 10],
  ])('of %p a second has no more room for a burst after it was idle: %p', async (capacity, served) => {
    const policy = { stop: stop.afterAttempt(2), wait: wait.fixed(5000) };
    const { succeeded, load } = await simulateFleet(policy, { clients: 100, server: { capacity } });
    expect(load).toEqual([100, 0, 0, 0, 0, 100 - served]);
    expect(succeeded).toBe(2 * served);
  });

  test('keeps the part of a request for the next step', async () => {
    const { served } = await simulateFleet(once, {
      clients: 40,
      spread: 400,
      server: { capacity: 15 },
      slot: 100,
    });
    expect(served).toEqual([1, 2, 1, 2]);
  });

  test('fails every request from the beginning of its outage until just before its end', async () => {
    const outage = { clients: 6, spread: 60, server: { capacity: 1000, outage: { from: 20, to: 40 } }, slot: 10 };
    const { load, served } = await simulateFleet(once, outage);
    expect(load).toEqual([1, 1, 1, 1, 1, 1]);
    expect(served).toEqual([1, 1, 0, 0, 1, 1]);
  });
});
