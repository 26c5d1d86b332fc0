import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { retryIf, stop, wait } from 'tenax';
import { simulateFleet, type FleetOptions } from 'tenax/simulation';

const policy = { stop: stop.afterAttempt(6), wait: wait.fixed(1000) };
const fleet = (options: Partial<FleetOptions>) =>
  simulateFleet(policy, { clients: 100, server: { capacity: 1000, latency: 100 }, slot: 1000, ...options });

describe('The breaker of a simulated fleet', () => {
  const outage = { capacity: 1000, outage: { from: 0, to: 10_000 } };

  test('keeps nearly all requests from a server that is down', async () => {
    const without = await fleet({ server: outage, spread: 10_000 });
    const breaker = await fleet({ server: outage, spread: 10_000, breaker: { failures: 5, breakFor: () => 2000 } });
    expect(breaker.requests).toBeLessThan(without.requests / 5);
  });

  test('counts a refused call as ended in the recovery', async () => {
    const { requests, failed, recovery } = await simulateFleet(
      { stop: stop.afterAttempt(1) },
      {
        clients: 10,
        spread: 10_000,
        server: { capacity: 1000, outage: { from: 0, to: 1000 } },
        breaker: { failures: 1, breakFor: () => 60_000 },
      },
    );
    // The last call begins at 9000, and is refused at once.
    expect([requests, failed, recovery]).toEqual([1, 10, 8000]);
  });

  test('lets one probe through when the break is over', async () => {
    const { load } = await fleet({
      server: outage,
      clients: 2000,
      spread: 20_000,
      breaker: { failures: 1, breakFor: () => 5000 },
    });
    expect(load.slice(0, 10)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  });

  test.each<[string, FleetOptions['limiter']]>([
    ['a bucket', { rate: 1, capacity: 1 }],
    ['a window', { limit: 1, window: 1000 }],
    ['slots', { limit: 1 }],
  ])('that opens refuses the requests that wait for %s, which they then do not charge', async (_what, limiter) => {
    const { requests, failed, load } = await simulateFleet(
      { stop: stop.afterAttempt(2), wait: wait.fixed(11_000) },
      {
        clients: 3,
        server: { capacity: 1000, latency: 1, outage: { from: 0, to: 10_000 } },
        slot: 1000,
        limiter,
        breaker: { failures: 1, breakFor: () => 5000 },
      },
    );
    // The first is refused by the server and tried again; a breaker's refusal is not.
    expect([requests, failed]).toEqual([2, 2]);
    expect(load[0]).toBe(1);
  });

  test.each<[string, FleetOptions['limiter'], number[]]>([
    ['a bucket', { rate: 0.1, capacity: 2 }, [0, 0, 13, 20]],
    ['a window', { limit: 2, window: 10_000 }, [0, 0, 13, 16]],
  ])('gives back what a refused request has taken from %s', async (_what, limiter, seconds) => {
    const { load, succeeded } = await simulateFleet(
      { stop: stop.afterAttempt(3), wait: wait.fixed(3000), retryIf: retryIf.always },
      {
        clients: 4,
        server: { capacity: 1000, latency: 1, outage: { from: 0, to: 10_000 } },
        slot: 1000,
        limiter,
        breaker: { failures: 2, breakFor: () => 12_000 },
      },
    );
    // Two fail at once. The others are refused in the tenth second, and tried again in the 13th and the 16th.
    expect(load.flatMap((count, second) => Array<number>(count).fill(second))).toEqual(seconds);
    expect(succeeded).toBe(2);
  });

  test('stays closed while the server serves', async () => {
    const { succeeded } = await fleet({ spread: 1000, breaker: { failures: 1 } });
    expect(succeeded).toBe(100);
  });

  test('publishes nothing on the channel of real breakers', async () => {
    const seen = jest.fn();
    subscribe('tenax:breaker', seen);
    const { failed } = await fleet({ server: outage, breaker: { failures: 1 } });
    unsubscribe('tenax:breaker', seen);
    expect(failed).toBe(100);
    expect(seen).not.toHaveBeenCalled();
  });

  test('refuses wrong options at once', async () => {
    await expect(fleet({ breaker: { failures: 0 } })).rejects.toThrow(/failures/);
    for (const wrong of [5, null, []] as never[]) {
      await expect(fleet({ breaker: wrong })).rejects.toThrow(/^CircuitBreaker takes an object/);
      await expect(fleet({ budget: wrong })).rejects.toThrow(/^simulateFleet: budget takes an object/);
    }
  });
});
