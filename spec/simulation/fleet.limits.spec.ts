import { stop, wait } from 'tenax';
import { simulateFleet, type FleetOptions } from 'tenax/simulation';

const policy = { stop: stop.afterAttempt(6), wait: wait.fixed(1000) };
const fleet = (options: Partial<FleetOptions>) =>
  simulateFleet(policy, { clients: 100, server: { capacity: 1000, latency: 100 }, slot: 1000, ...options });

describe('The limits of a simulated fleet', () => {
  test.each<[string, FleetOptions['limiter'], number]>([
    ['a bucket', { rate: 10, capacity: 10 }, 20],
    ['a window', { limit: 10, window: 1000 }, 10],
    ['slots, each held for 100 ms', { limit: 1 }, 10],
    ['a list of them', [{ limit: 50, window: 1000 }, { limit: 1 }], 10],
  ])('hold every second within the bound: %s', async (_what, limiter, bound) => {
    const { peak, succeeded, requests } = await fleet({ limiter });
    expect(peak).toBeLessThanOrEqual(bound);
    expect([succeeded, requests]).toEqual([100, 100]);
  });

  test('let a window use its whole limit in each window', async () => {
    const { load } = await fleet({ limiter: { limit: 10, window: 1000 } });
    expect(load.slice(0, 9)).toEqual(Array(9).fill(10));
  });

  test.each([{ limit: 0 }, { limit: 5, window: 0 }, { rate: 0 }, {}, 5])('refuse %p', async (limiter) => {
    await expect(fleet({ limiter: limiter as never })).rejects.toThrow(/limiter/);
  });
});

describe('The breaker of a simulated fleet', () => {
  const outage = { capacity: 1000, outage: { from: 0, to: 10_000 } };

  test('keeps nearly all requests from a server that is down', async () => {
    const without = await fleet({ server: outage, spread: 10_000 });
    const breaker = await fleet({ server: outage, spread: 10_000, breaker: { failures: 5, breakFor: () => 2000 } });
    expect(breaker.requests).toBeLessThan(without.requests / 5);
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

  test('refuses wrong options at once', async () => {
    await expect(fleet({ breaker: { failures: 0 } })).rejects.toThrow(/failures/);
    for (const wrong of [5, null, []] as never[]) {
      await expect(fleet({ breaker: wrong })).rejects.toThrow(/^CircuitBreaker takes an object/);
      await expect(fleet({ budget: wrong })).rejects.toThrow(/^simulateFleet: budget takes an object/);
    }
  });
});
