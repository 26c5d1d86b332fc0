import { inspect } from 'node:util';
import {
  allOf,
  CircuitBreaker,
  CircuitBreakers,
  ConcurrencyLimiter,
  Retrying,
  retryIf,
  SlidingWindow,
  stop,
  TokenBucket,
  TokenBuckets,
  wait,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';

const clock = new VirtualClock();
const printed = (value: object): string => inspect(value, { breakLength: Infinity });

describe('console.log shows', () => {
  test.each<[string, object]>([
    [
      "TokenBucket { rate: 10, capacity: 5, available: 5, pending: 0, unit: 'requests' }",
      new TokenBucket({ rate: 10, capacity: 5, clock }),
    ],
    [
      "SlidingWindow { limit: 5, window: 1000, available: 5, pending: 0, unit: 'requests' }",
      new SlidingWindow({ limit: 5, window: 1000, clock }),
    ],
    ['ConcurrencyLimiter { limit: 3, inFlight: 0, pending: 0 }', new ConcurrencyLimiter({ limit: 3, clock })],
    [
      'allOf [ ConcurrencyLimiter { limit: 3, inFlight: 0, pending: 0 } ]',
      allOf(new ConcurrencyLimiter({ limit: 3, clock })),
    ],
    ['TokenBuckets { size: 0 }', new TokenBuckets({ rate: 1, key: () => 'a', clock })],
    ["CircuitBreaker { name: 'api', state: 'closed', isHeld: false }", new CircuitBreaker({ name: 'api', clock })],
    ['CircuitBreakers { size: 0 }', new CircuitBreakers({ clock })],
    [
      'Retrying { options: { stop: stop.afterAttempt(3), wait: wait.exponential({ max: 100 }), retryIf: retryIf.always } }',
      new Retrying({ stop: stop.afterAttempt(3), wait: wait.exponential({ max: 100 }), retryIf: retryIf.always }),
    ],
  ])('%s', (expected, value) => {
    expect(printed(value)).toBe(expected);
  });

  test.each([TokenBucket, SlidingWindow, ConcurrencyLimiter, TokenBuckets, CircuitBreaker, CircuitBreakers])(
    'the class of a stub, which has no state: %p',
    (limit) => {
      const stub = Object.create(limit.prototype) as object;
      expect(printed(stub)).toBe(`${limit.name} {}`);
    },
  );

  test('the class of a proxy, whose state it cannot read', () => {
    expect(printed(new Proxy(new TokenBucket({ rate: 1 }), {}))).toBe('TokenBucket {}');
  });

  test('the state of a limit at this moment', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    await slots.acquire();
    void slots.acquire();
    expect(printed({ slots })).toBe('{ slots: ConcurrencyLimiter { limit: 1, inFlight: 1, pending: 1 } }');
  });
});
