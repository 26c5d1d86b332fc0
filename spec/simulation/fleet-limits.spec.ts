import { stop, wait } from 'tenax';
import { simulateFleet, type FleetOptions } from 'tenax/simulation';
import { combineLimits } from '../../lib/simulation/fleet-limits';
import type { LimitModel } from '../../lib/simulation/fleet-options';

describe('combineLimits', () => {
  /** When each of `count` attempts starts if each asks for the moment from `now` on, and starts then. */
  const starts = (models: readonly LimitModel[], count: number, now = 0): number[] => {
    const limits = combineLimits(models);
    let at = now;
    return Array.from({ length: count }, () => {
      at = limits.readyAt(at);
      limits.take(at);
      return at;
    });
  };

  test('without a limit lets every attempt start at once', () => {
    expect(starts([], 3, 7)).toEqual([7, 7, 7]);
  });

  test('grants the capacity of a bucket at once, then its rate', () => {
    expect(starts([{ rate: 10, capacity: 2 }], 4)).toEqual([0, 0, 100, 200]);
    expect(starts([{ rate: 3 }], 4).map(Math.round)).toEqual([0, 0, 0, 333]);
    expect(starts([{ rate: 0.5 }], 2)).toEqual([0, 2000]);
  });

  test('grants the limit of a window again once the attempts have left it', () => {
    expect(starts([{ limit: 2, window: 100 }], 5)).toEqual([0, 0, 100, 100, 200]);
  });

  test('grants a slot again once an attempt has ended', () => {
    const limits = combineLimits([{ limit: 1 }]);
    expect(limits.readyAt(5)).toBe(5);
    limits.take(5);
    expect(limits.readyAt(6)).toBe(Infinity);
    limits.release(false);
    expect(limits.readyAt(6)).toBe(6);
  });

  test('starts an attempt when the last of several limits allows it', () => {
    expect(
      starts(
        [
          { rate: 10, capacity: 1 },
          { limit: 2, window: 1000 },
        ],
        4,
      ),
    ).toEqual([0, 100, 1000, 1100]);
  });

  test.each<[string, LimitModel]>([
    ['a bucket', { rate: 1, capacity: 1 }],
    ['a window', { limit: 1, window: 1000 }],
    ['a slot', { limit: 1 }],
  ])('takes back the attempt that was not made: %s', (_what, model) => {
    const limits = combineLimits([model]);
    limits.take(0);
    limits.release(true);
    expect(limits.readyAt(0)).toBe(0);
  });

  test.each<[string, LimitModel, number]>([
    ['a bucket', { rate: 1, capacity: 1 }, 1000],
    ['a window', { limit: 1, window: 1000 }, 1000],
  ])('keeps the charge of an attempt that has ended: %s', (_what, model, at) => {
    const limits = combineLimits([model]);
    expect(limits.readyAt(0)).toBe(0);
    limits.take(0);
    limits.release(false);
    expect(limits.readyAt(0)).toBe(at);
  });

  test('a bucket never holds more than its capacity', () => {
    const limits = combineLimits([{ rate: 1, capacity: 1 }]);
    limits.release(true);
    limits.readyAt(0);
    limits.take(0);
    expect(limits.readyAt(0)).toBe(1000);
  });
});

const fleet = (options: Partial<FleetOptions>) =>
  simulateFleet(
    { stop: stop.afterAttempt(6), wait: wait.fixed(1000) },
    { clients: 100, server: { capacity: 1000, latency: 100 }, slot: 1000, ...options },
  );

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
});

describe('A limiter that a fleet shares', () => {
  const served = { server: { capacity: 1000 }, slot: 100 };
  const once = { stop: stop.afterAttempt(1) };

  test.each([
    ['the tokens of a second', 20, { rate: 10 }, [10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['one token where the rate is less than that', 2, { rate: 0.5 }, [1, ...Array<number>(19).fill(0), 1]],
    ['what its capacity says', 5, { rate: 10, capacity: 3 }, [3, 1, 1]],
  ])('begins with %s', async (_what, clients, limiter, load) => {
    const fleet = await simulateFleet(once, { ...served, clients, limiter });
    expect(fleet.load).toEqual(load);
  });

  test('refills while idle, up to its capacity', async () => {
    const limiter = { rate: 1, capacity: 2 };
    const two = await simulateFleet(once, { ...served, clients: 2, spread: 1800, limiter: { rate: 1, capacity: 1 } });
    expect(two.load).toEqual([1, ...Array<number>(9).fill(0), 1]);
    const policy = { stop: stop.afterAttempt(2), wait: wait.fixed(60_000) };
    const { load } = await simulateFleet(policy, { clients: 3, server: { capacity: 0 }, limiter });
    // At 0, 0 and 1 s, then two that find the bucket full again and one that waits.
    expect(load.flatMap((count, second) => (count > 0 ? [[second, count]] : []))).toEqual([
      [0, 2],
      [1, 1],
      [60, 2],
      [61, 1],
    ]);
  });

  test('starts no attempt after the end', async () => {
    const limiter = { rate: 1, capacity: 1 };
    const { load, requests } = await simulateFleet(once, {
      clients: 100,
      ...served,
      limiter,
      duration: 5000,
      slot: 1000,
    });
    expect([load, requests]).toEqual([[1, 1, 1, 1, 1, 1], 6]);
  });
});
