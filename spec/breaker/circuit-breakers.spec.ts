import { Break, CircuitBreaker, CircuitBreakers, PolicyError, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { GATE, GateFault } from '../../lib/call/gate.js';
import { down, fail, settled } from './calls.js';

describe('CircuitBreakers', () => {
  test('keep one breaker for each host, named after it, and one for all requests without a host', () => {
    const breakers = new CircuitBreakers();
    const one = breakers.for({ url: 'https://api.example.com/items' });
    expect(one.name).toBe('api.example.com');
    expect(breakers.for({ url: '/other', baseURL: 'https://api.example.com/v1' })).toBe(one);
    expect(breakers.get('api.example.com')).toBe(one);
    expect(breakers.for({ url: 'https://other.example.com' })).not.toBe(one);
    expect(breakers.for({})).toBe(breakers.for({ url: '/items' }));
    expect(breakers.size).toBe(3);
  });

  test('ask key and breaker, which returns options or a breaker', () => {
    const own = new CircuitBreaker({ name: 'own' });
    const breakers = new CircuitBreakers<{ args: string[] }>({
      key: ({ args }) => String(args[0]),
      breaker: (key) => (key === 'own' ? own : { failures: 1, ...(key === 'named' ? { name: 'other' } : {}) }),
    });
    expect(breakers.for({ args: ['own'] })).toBe(own);
    expect(breakers.get('plain').name).toBe('plain');
    expect(breakers.get('named').name).toBe('other');
  });

  test('of @Break choose by the instance and the arguments of the method', async () => {
    const breakers = new CircuitBreakers<{ self: unknown; args: readonly unknown[] }>({
      key: ({ self, args }) => `${(self as Api).host}/${String(args[0])}`,
      breaker: () => ({ failures: 1 }),
    });
    class Api {
      readonly host = 'example.com';

      @Break(breakers)
      async load(_path: string): Promise<never> {
        throw down;
      }
    }
    await settled(new Api().load('items'));
    expect(breakers.size).toBe(1);
    expect(breakers.get('example.com/items').state).toBe('open');
  });

  test('of @Break reject with a PolicyError of breaker if their key is wrong', async () => {
    class Api {
      @Break(new CircuitBreakers({ key: () => 7 as never }))
      async load(): Promise<void> {
        throw down;
      }
    }
    const error = await settled(new Api().load());
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({
      option: 'breaker',
      cause: { message: 'CircuitBreakers: key must return a string, got 7' },
    });
  });

  test('drop a closed breaker after maxIdle, and never one that is open, half-open or held', async () => {
    const clock = new VirtualClock();
    const options = { failures: 1, breakFor: wait.fixed(50) };
    const breakers = new CircuitBreakers({ maxIdle: 1000, clock, breaker: () => options });
    breakers.get('closed');
    await fail(breakers.get('half-open'));
    const release = breakers.get('held').hold();
    await clock.advance(1000);
    for (let i = 0; i < 5; i += 1) breakers.get('x');
    expect(breakers.size).toBe(3);
    expect(breakers.get('half-open').state).toBe('half-open');
    expect(breakers.get('held').isHeld).toBe(true);
    release();
    await clock.advance(1000);
    for (let i = 0; i < 5; i += 1) breakers.get('y');
    expect(breakers.size).toBe(2);
  });

  test('return the same breaker again for as long as somebody keeps it', async () => {
    const clock = new VirtualClock();
    const breakers = new CircuitBreakers({ maxIdle: 1000, clock });
    const kept = breakers.get('kept');
    await clock.advance(5000);
    for (let i = 0; i < 5; i += 1) breakers.get('x');
    expect(breakers.size).toBe(1);
    expect(breakers.get('kept')).toBe(kept);
    expect(breakers.size).toBe(2);
  });

  test('use the clock for their breakers too', async () => {
    const clock = new VirtualClock();
    const breakers = new CircuitBreakers({ clock, breaker: () => ({ failures: 1, breakFor: wait.fixed(100) }) });
    await fail(breakers.get('x'));
    await clock.advance(100);
    expect(breakers.get('x').state).toBe('half-open');
  });

  test.each<[object, string]>([
    [{ key: 'host' }, 'CircuitBreakers: key takes a function of the request that returns a string, got "host"'],
    [
      { breaker: {} },
      'CircuitBreakers: breaker takes a function of the key that returns a breaker or its options, got an object',
    ],
    [{ maxIdle: -1 }, 'CircuitBreakers: maxIdle takes a duration in milliseconds (a number ≥ 0), got -1'],
    [{ clock: 1 }, 'CircuitBreakers: clock takes a clock'],
    [{ failures: 5 }, 'CircuitBreakers has no option "failures"; it takes key, breaker, maxIdle, clock'],
  ])('are refused with %j', (options, message) => {
    expect(() => new CircuitBreakers(options)).toThrow(message);
  });

  test('throw for a wrong result of key or breaker, which in a policy is a PolicyError', () => {
    const wrongKey = new CircuitBreakers({ key: () => 7 as never });
    const message = 'CircuitBreakers: key must return a string, got 7';
    expect(() => wrongKey.for({})).toThrow(message);
    const admission = { request: {}, state: undefined, signal: undefined, remaining: Infinity };
    let fault: unknown;
    try {
      void wrongKey[GATE]().admit(admission);
    } catch (thrown) {
      fault = thrown;
    }
    expect(fault).toBeInstanceOf(GateFault);
    expect(fault).toMatchObject({ option: 'breaker', error: { message } });
    const wrongBreaker = new CircuitBreakers({ breaker: () => 7 as never });
    expect(() => wrongBreaker.get('x')).toThrow('CircuitBreakers: breaker must return a breaker or its options, got 7');
    const none = new CircuitBreakers({ breaker: () => null as never });
    expect(() => none.get('x')).toThrow('CircuitBreakers: breaker must return a breaker or its options, got null');
    const late = new CircuitBreakers({ breaker: (async () => ({ failures: 1 })) as never });
    expect(() => late.get('x')).toThrow('breaker must return a breaker or its options, got an instance of Promise');
    expect(new CircuitBreakers({ breaker: () => ({ name: undefined }) }).get('x').name).toBe('x');
    expect(() => new CircuitBreakers({ breaker: () => ({ failures: 0 }) }).get('x')).toThrow(RangeError);
  });
});
