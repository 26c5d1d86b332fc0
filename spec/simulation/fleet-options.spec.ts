import { checkFleet, limitsOf } from '../../lib/simulation/fleet-options';

const server = { capacity: 100 };
const good = { clients: 1, server };

describe('checkFleet refuses', () => {
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
      'RangeError: simulateFleet: server.capacity takes a finite number ≥ 0, got -1',
    ],
    [
      'an endless capacity',
      { clients: 1, server: { capacity: Infinity } },
      'RangeError: simulateFleet: server.capacity takes a finite number ≥ 0, got Infinity',
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
      'TypeError: simulateFleet: server.outage.to takes a finite number ≥ 5, got undefined',
    ],
    [
      'an outage that ends before it begins',
      { clients: 1, server: { capacity: 1, outage: { from: 2, to: 1 } } },
      'RangeError: simulateFleet: server.outage.to takes a finite number ≥ 2, got 1',
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
      'RangeError: simulateFleet: limiter.capacity takes a finite number ≥ 1, got 0.5',
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
    [
      'a limit of 0',
      { ...good, limiter: { limit: 0 } },
      'RangeError: simulateFleet: limiter.limit takes a whole number ≥ 1, got 0',
    ],
    [
      'half a slot',
      { ...good, limiter: { limit: 1.5 } },
      'RangeError: simulateFleet: limiter.limit takes a whole number ≥ 1, got 1.5',
    ],
    [
      'a window without a length',
      { ...good, limiter: { limit: 5, window: 0 } },
      'RangeError: simulateFleet: limiter.window takes a finite number > 0, got 0',
    ],
    [
      'a limiter that is empty',
      { ...good, limiter: {} },
      'TypeError: simulateFleet: limiter.rate takes a finite number > 0, got undefined',
    ],
    [
      'a limit with a rate',
      { ...good, limiter: { limit: 5, rate: 1 } },
      'TypeError: simulateFleet: limiter has no option "rate"; it takes limit, window',
    ],
    [
      'a rate with a window',
      { ...good, limiter: { rate: 1, window: 1 } },
      'TypeError: simulateFleet: limiter has no option "window"; it takes rate, capacity',
    ],
    [
      'the second limiter of a list',
      { ...good, limiter: [{ rate: 1 }, { rate: -1 }] },
      'RangeError: simulateFleet: limiter.rate takes a finite number > 0, got -1',
    ],
  ])('%s', (_what, options, message) => {
    const error = ((): unknown => {
      try {
        checkFleet(options as never);
        return undefined;
      } catch (caught) {
        return caught;
      }
    })();
    expect(String(error)).toBe(message);
  });
});

describe('checkFleet accepts', () => {
  test.each<[string, object]>([
    ['the options that are needed', good],
    ['a server that serves nothing', { clients: 1, server: { capacity: 0, latency: 0 } }],
    ['an outage without a length', { clients: 1, server: { capacity: 1, outage: { from: 0, to: 0 } } }],
    ['each kind of limiter', { ...good, limiter: [{ rate: 0.5 }, { rate: 1, capacity: 1 }, { limit: 1 }, { limit: 1, window: 1 }] }],
    ['every other option', { ...good, spread: 0, duration: 1, slot: 1, seed: 0, breaker: {}, budget: {}, error: 'down' }],
  ])('%s', (_what, options) => {
    expect(() => {
      checkFleet(options as never);
    }).not.toThrow();
  }); // prettier-ignore
});

describe('limitsOf', () => {
  test('returns the limits as a list', () => {
    const one = { rate: 1 };
    const list = [one, { limit: 1 }];
    expect(limitsOf(undefined)).toEqual([]);
    expect(limitsOf(one)).toEqual([one]);
    expect(limitsOf(list)).toBe(list);
  });
});
