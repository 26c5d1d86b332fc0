import { CircuitBreaker, CircuitOpenError } from 'tenax';
import { setTesting } from 'tenax/testing';
import { begin, breakerOf, down, fail, settled, succeed } from './calls.js';

describe('A closed CircuitBreaker', () => {
  test('opens at the fifth failure in a row by default', async () => {
    const { breaker } = breakerOf();
    await fail(breaker, 4);
    expect(breaker.state).toBe('closed');
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  test('starts counting anew after a success', async () => {
    const { breaker } = breakerOf();
    await fail(breaker, 4);
    await succeed(breaker);
    await fail(breaker, 4);
    expect(breaker.state).toBe('closed');
  });

  test('opens at the failure after which the share within the window reaches the ratio', async () => {
    const { breaker, clock } = breakerOf({ failures: Infinity, ratio: 0.5, minimum: 4, window: 1000 });
    await fail(breaker, 3);
    expect(breaker.state).toBe('closed');
    await clock.advance(1000);
    // The three have left the window.
    await succeed(breaker, 2);
    await fail(breaker);
    expect(breaker.state).toBe('closed');
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  test('checks the share only after failures', async () => {
    const { breaker, clock } = breakerOf({ failures: Infinity, ratio: 0.5, minimum: 3, window: 1000 });
    await succeed(breaker, 3);
    await clock.advance(600);
    await fail(breaker, 2);
    expect(breaker.state).toBe('closed');
    await clock.advance(500);
    // Two of three calls that are still counted failed, but this one did not.
    await succeed(breaker);
    expect(breaker.state).toBe('closed');
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  test('does not look at the clock for calls that succeed, without a ratio and without strategies', async () => {
    const clock = { now: jest.fn(() => 0), sleep: () => Promise.resolve() };
    const breaker = new CircuitBreaker({ clock });
    clock.now.mockClear();
    await succeed(breaker, 3);
    expect(breaker.state).toBe('closed');
    expect(clock.now).not.toHaveBeenCalled();
  });

  test('keeps both triggers in force', async () => {
    const { breaker } = breakerOf({ failures: 3, ratio: 1, minimum: 20 });
    await fail(breaker, 3);
    expect(breaker.state).toBe('open');
  });
});

describe('A half-open CircuitBreaker', () => {
  const halfOpen = async (options = {}) => {
    const made = breakerOf({ failures: 1, ...options });
    await fail(made.breaker);
    await made.clock.advance(10_000);
    return made;
  };

  test('lets as many calls through as successes are still needed', async () => {
    const { breaker } = await halfOpen({ probes: 3 });
    const probes = [begin(breaker), begin(breaker), begin(breaker)];
    expect(await settled(breaker.run(() => 7))).toBeInstanceOf(CircuitOpenError);
    await probes[0]?.resolve();
    expect(await settled(breaker.run(() => 7))).toBeInstanceOf(CircuitOpenError);
    await probes[1]?.resolve();
    expect(breaker.state).toBe('half-open');
    await probes[2]?.resolve();
    expect(breaker.state).toBe('closed');
  });

  test('opens again at a failure, and drops the successes so far', async () => {
    const { breaker, clock } = await halfOpen({ probes: 2 });
    await succeed(breaker);
    await fail(breaker);
    expect(breaker.state).toBe('open');
    await clock.advance(20_000);
    await succeed(breaker);
    expect(breaker.state).toBe('half-open');
    await succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  test('gets a permit back from a neutral end', async () => {
    const { breaker } = await halfOpen();
    await fail(breaker, 1, Object.assign(new Error('slow down'), { status: 429 }));
    expect(breaker.state).toBe('half-open');
    await succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  test('gets a permit back when probeTimeout is over; the end of that call then changes nothing', async () => {
    const { breaker, clock } = await halfOpen({ probeTimeout: 500 });
    const hanging = begin(breaker);
    await clock.advance(499);
    expect(await settled(breaker.run(() => 7))).toBeInstanceOf(CircuitOpenError);
    await clock.advance(1);
    const second = begin(breaker);
    await hanging.reject();
    expect(breaker.state).toBe('half-open');
    await second.resolve();
    expect(breaker.state).toBe('closed');
  });

  test('is not closed by a probe that ends after probeTimeout', async () => {
    const { breaker, clock } = await halfOpen({ probeTimeout: 500 });
    const hanging = begin(breaker);
    await clock.advance(500);
    await hanging.resolve();
    expect(breaker.state).toBe('half-open');
  });
});

describe('A late end', () => {
  test('of a call that began before the breaker opened does not close it and does not lengthen the break', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    const [success, failure] = [begin(breaker), begin(breaker)];
    await fail(breaker);
    await clock.advance(9000);
    await success.resolve();
    expect(breaker.state).toBe('open');
    await failure.reject();
    await clock.advance(1000);
    expect(breaker.state).toBe('half-open');
    await succeed(breaker);
    expect(breaker.state).toBe('closed');
  });

  test('of a call that began before a break counts for nothing after it', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    const late = begin(breaker);
    await fail(breaker);
    await clock.advance(10_000);
    await succeed(breaker);
    await late.reject();
    expect(breaker.state).toBe('closed');
  });

  test('of a call that began before a reset changes nothing', async () => {
    const { breaker } = breakerOf({ failures: 1 });
    const late = begin(breaker);
    breaker.reset();
    await late.reject();
    expect(breaker.state).toBe('closed');
  });
});

describe('run', () => {
  test.each([
    ['a function', 7, {}, 'CircuitBreaker.run takes a function, got 7'],
    ['known options', () => 7, { signl: 1 }, 'CircuitBreaker.run has no option "signl"; did you mean "signal"?'],
    ['a signal', () => 7, { signal: 1 }, 'CircuitBreaker.run: signal takes an AbortSignal, got 1'],
  ])('rejects with a TypeError unless it is given %s', async (_what, fn, options, message) => {
    const { breaker } = breakerOf();
    await expect(breaker.run(fn as never, options as never)).rejects.toThrow(new TypeError(message));
  });

  test('lets everything through in test mode, counting nothing', async () => {
    const { breaker } = breakerOf({ failures: 1 });
    const release = breaker.hold();
    const restore = setTesting({ attempts: 1 });
    try {
      await fail(breaker, 3);
      expect(await breaker.run(() => 7)).toBe(7);
    } finally {
      restore();
    }
    release();
    expect(breaker.state).toBe('closed');
  });
});

describe('wraps', () => {
  test('keeps this, arguments, name and length, and always returns a Promise', async () => {
    const { breaker } = breakerOf({ failures: 1 });
    const add = breaker.wraps(function add(this: { base: number }, a: number, b: number) {
      if (a < 0) throw down;
      return this.base + a + b;
    });
    expect([add.name, add.length]).toEqual(['add', 2]);
    expect(await add.call({ base: 1 }, 2, 3)).toBe(6);
    await expect(add.call({ base: 1 }, -2, 3)).rejects.toBe(down);
    await expect(add.call({ base: 1 }, 2, 3)).rejects.toThrow(CircuitOpenError);
  });

  test('keeps name and length configurable, as those of any function', () => {
    const wrapped = new CircuitBreaker().wraps(async () => 7);
    Object.defineProperties(wrapped, { name: { value: 'load' }, length: { value: 2 } });
    expect([wrapped.name, wrapped.length]).toEqual(['load', 2]);
  });

  test('throws a TypeError for a value that is not a function', () => {
    expect(() => new CircuitBreaker().wraps(7 as never)).toThrow('CircuitBreaker.wraps takes a function, got 7');
  });
});
