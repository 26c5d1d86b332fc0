import { stop, wait } from 'tenax';
import { simulateFleet, type FleetOptions } from 'tenax/simulation';

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
