import { stop } from 'tenax';
import { simulateFleet } from 'tenax/simulation';
import { thrown } from '../thrown';

const server = { capacity: 100 };
const good = { clients: 1, server };
const most = Number.MAX_VALUE;

describe('simulateFleet refuses', () => {
  test.each<[string, unknown, string]>([
    ['no clients', { server }, 'TypeError: simulateFleet: clients takes a whole number ≥ 1, got undefined'],
    ['0 clients', { ...good, clients: 0 }, 'RangeError: simulateFleet: clients takes a whole number ≥ 1, got 0'],
    [
      'no server',
      { clients: 1 },
      'TypeError: simulateFleet: server takes an object with capacity, latency, outage, got undefined',
    ],
    [
      'an unknown option of the server',
      { clients: 1, server: { capacty: 1 } },
      'TypeError: simulateFleet: server has no option "capacty"; did you mean "capacity"?',
    ],
    [
      'an unknown option of the server that is like another',
      { clients: 1, server: { capacity: 1, latecy: 1 } },
      'TypeError: simulateFleet: server has no option "latecy"; did you mean "latency"?',
    ],
    [
      'an unknown option of the server that is like the third',
      { clients: 1, server: { capacity: 1, outrage: 1 } },
      'TypeError: simulateFleet: server has no option "outrage"; did you mean "outage"?',
    ],
    [
      'a negative capacity',
      { clients: 1, server: { capacity: -1 } },
      `RangeError: simulateFleet: server.capacity takes a number from 0 to ${most}, got -1`,
    ],
    [
      'an endless capacity',
      { clients: 1, server: { capacity: Infinity } },
      `RangeError: simulateFleet: server.capacity takes a number from 0 to ${most}, got Infinity`,
    ],
    [
      'a negative latency',
      { clients: 1, server: { capacity: 1, latency: -1 } },
      'RangeError: simulateFleet: server.latency takes a duration in milliseconds (a finite number ≥ 0), got -1',
    ],
    [
      'an outage that is none',
      { clients: 1, server: { capacity: 1, outage: 5 } },
      'TypeError: simulateFleet: server.outage takes an object with from, to, got 5',
    ],
    [
      'an outage without an end',
      { clients: 1, server: { capacity: 1, outage: { from: 5 } } },
      `TypeError: simulateFleet: server.outage.to takes a number from 5 to ${most}, got undefined`,
    ],
    [
      'an outage that ends before it begins',
      { clients: 1, server: { capacity: 1, outage: { from: 2, to: 1 } } },
      `RangeError: simulateFleet: server.outage.to takes a number from 2 to ${most}, got 1`,
    ],
    [
      'an outage from before the start',
      { clients: 1, server: { capacity: 1, outage: { from: -1, to: 1 } } },
      'RangeError: simulateFleet: server.outage.from takes a duration in milliseconds (a finite number ≥ 0), got -1',
    ],
    [
      'a limiter that is none',
      { ...good, limiter: 5 },
      'TypeError: simulateFleet: limiter takes an object with rate, capacity, got 5',
    ],
    [
      'a limiter that is null',
      { ...good, limiter: null },
      'TypeError: simulateFleet: limiter takes an object with rate, capacity, got null',
    ],
    [
      'a rate of 0',
      { ...good, limiter: { rate: 0 } },
      'RangeError: simulateFleet: limiter.rate takes a finite number > 0, got 0',
    ],
    [
      'a limiter that holds less than a token',
      { ...good, limiter: { rate: 1, capacity: 0.5 } },
      `RangeError: simulateFleet: limiter.capacity takes a number from 1 to ${most}, got 0.5`,
    ],
    [
      'a ratio below 0',
      { ...good, budget: { ratio: -1 } },
      `RangeError: RetryBudget: ratio takes a number from 0 to ${most}, got -1`,
    ],
    [
      'a negative spread',
      { ...good, spread: -1 },
      'RangeError: simulateFleet: spread takes a duration in milliseconds (a finite number ≥ 0), got -1',
    ],
    ['no duration', { ...good, duration: 0 }, 'RangeError: simulateFleet: duration takes a finite number > 0, got 0'],
    ['no slot', { ...good, slot: 0 }, 'RangeError: simulateFleet: slot takes a finite number > 0, got 0'],
    ['half a seed', { ...good, seed: 1.5 }, 'RangeError: simulateFleet: seed takes a whole number ≥ 0, got 1.5'],
    [
      'an unknown option',
      { ...good, client: 1 },
      'TypeError: simulateFleet has no option "client"; did you mean "clients"?',
    ],
    [
      'what is nothing like its options',
      5,
      'TypeError: simulateFleet takes an object with clients, server, spread, duration, limiter, breaker, budget, error, slot, seed, got 5',
    ],
  ])('%s', async (_what, options, message) => {
    expect(String(await thrown(simulateFleet({ stop: stop.never }, options as never)))).toBe(message);
  });

  test('a wrong policy', async () => {
    expect(String(await thrown(simulateFleet({ stpo: 1 } as never, good)))).toMatch('did you mean "stop"?');
  });
});
