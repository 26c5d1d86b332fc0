import { getEventListeners } from 'node:events';
import { CircuitBreaker, CircuitOpenError, PolicyError, wait } from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { begin, breakerOf, down, fail, settled, succeed } from './calls.js';

describe('A closed CircuitBreaker', () => {
  test('run resolves and rejects as the function does', async () => {
    const { breaker } = breakerOf();
    expect(await breaker.run(() => 7)).toBe(7);
    expect(await breaker.run(async () => 7)).toBe(7);
    await expect(breaker.run(() => Promise.reject(down))).rejects.toBe(down);
    await expect(
      breaker.run(() => {
        throw down;
      }),
    ).rejects.toBe(down);
  });

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

describe('An open CircuitBreaker', () => {
  test('refuses at once with a CircuitOpenError that names the next try and the cause', async () => {
    const { breaker, clock } = breakerOf({ failures: 1, name: 'api.example.com' });
    await fail(breaker);
    await clock.advance(4000);
    const fn = jest.fn();
    const error = (await settled(breaker.run(fn))) as CircuitOpenError;
    expect(fn).not.toHaveBeenCalled();
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error.code).toBe('TENAX_CIRCUIT_OPEN');
    expect(error.name).toBe('CircuitOpenError');
    expect(error.message).toBe('the circuit breaker api.example.com is open, next try in 6.0 s');
    expect(error).toMatchObject({ retryAfter: 6000, breaker: 'api.example.com', cause: down });
    expect(Object.keys(error)).not.toContain('cause');
  });

  test('is half-open as soon as the break is over, and lets one call through', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    await fail(breaker);
    await clock.advance(9999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
    const probe = begin(breaker);
    const refused = (await settled(breaker.run(() => 7))) as CircuitOpenError;
    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused.retryAfter).toBeUndefined();
    expect(refused.message).toBe('the circuit breaker is half-open, and its probes are in progress');
    expect(refused.cause).toBe(down);
    await probe.resolve();
    expect(breaker.state).toBe('closed');
  });

  test('stays open longer with each break in a row, and starts over after a close', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    const lengths: unknown[] = [];
    const next = async (): Promise<void> => {
      const { retryAfter } = (await settled(breaker.run(() => 7))) as CircuitOpenError;
      lengths.push(retryAfter);
      await clock.advance(retryAfter as number);
    };
    await fail(breaker);
    await next();
    await fail(breaker);
    await next();
    await fail(breaker);
    await next();
    await succeed(breaker);
    await fail(breaker);
    await next();
    expect(lengths).toEqual([10_000, 20_000, 40_000, 10_000]);
  });

  test.each([
    ['at least as long as the failing answer asks', '25', 25_000],
    ['for its own time where that is longer', '3', 10_000],
    ['for 300 s at most where the answer asks for more', '9999', 300_000],
  ])('stays open %s', async (_what, retryAfter, expected) => {
    const { breaker } = breakerOf({ failures: 1 });
    await succeed(breaker, 1, new Response('', { status: 503, headers: { 'retry-after': retryAfter } }));
    expect(await settled(breaker.run(() => 7))).toMatchObject({ retryAfter: expected });
  });

  test('stays open for a longer breakFor than any server may ask', async () => {
    const { breaker } = breakerOf({ failures: 1, breakFor: wait.fixed(400_000) });
    await fail(breaker, 1, Object.assign(new Error('busy'), { retryAfter: 500_000 }));
    expect(await settled(breaker.run(() => 7))).toMatchObject({ retryAfter: 400_000 });
  });

  test('stays open for 8 to 10 s by default', async () => {
    const breaker = new CircuitBreaker({ failures: 1, clock: new VirtualClock() });
    await fail(breaker);
    const { retryAfter } = (await settled(breaker.run(() => 7))) as CircuitOpenError;
    expect(retryAfter).toBeGreaterThanOrEqual(8000);
    expect(retryAfter).toBeLessThanOrEqual(10_000);
  });

  test('leaves no timer behind', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    await fail(breaker);
    expect(clock.pending).toBe(0);
  });

  test('is not open for longer when the clock is set back', async () => {
    let now = 1_000_000;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const breaker = new CircuitBreaker({ failures: 1, clock, breakFor: wait.fixed(1000) });
    await fail(breaker);
    now -= 500_000;
    expect(breaker.state).toBe('open');
    now += 1000;
    expect(breaker.state).toBe('half-open');
  });

  test('passes the state of the failure to breakFor', async () => {
    const seen: object[] = [];
    const breakFor = (state: { attemptNumber: number; outcome?: unknown; elapsed?: number; args: unknown }): number => {
      const { attemptNumber, outcome, elapsed, args } = state;
      seen.push({ attemptNumber, outcome, elapsed, args });
      return 1000;
    };
    const { breaker, clock } = breakerOf({ failures: 1, breakFor });
    const call = begin(breaker);
    await clock.advance(30);
    await call.reject();
    await clock.advance(1000);
    await fail(breaker);
    const outcome = { attemptNumber: 1, failed: true, error: down };
    expect(seen).toEqual([
      { attemptNumber: 1, outcome, elapsed: 30, args: [] },
      { attemptNumber: 2, outcome, elapsed: 0, args: [] },
    ]);
  });

  test.each([
    ['returns NaN', () => NaN, 'got NaN'],
    ['returns text', () => '1000', 'got "1000"'],
    ['is async', async () => Promise.reject(new Error('later')), 'got an instance of Promise'],
    [
      'throws',
      () => {
        throw new Error('wrong');
      },
      'Error: wrong',
    ],
  ])(
    'opens all the same if breakFor %s, and the call rejects with a PolicyError of it',
    async (_what, breakFor, said) => {
      const { breaker } = breakerOf({ failures: 1, breakFor: breakFor as never });
      const error = (await settled(breaker.run(() => Promise.reject(down)))) as PolicyError;
      expect(error).toBeInstanceOf(PolicyError);
      expect(error.option).toBe('breakFor');
      expect(error.message).toContain(said);
      expect(error.attemptError).toBe(down);
      expect(breaker.state).toBe('open');
    },
  );

  test('leaves no unhandled rejection behind if breakFor is async and rejects', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { breaker } = breakerOf({ failures: 1, breakFor: () => Promise.reject(new Error('later')) });
      await fail(breaker);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  test('names the function to breakFor, or calls it anonymous', async () => {
    const seen: string[] = [];
    const { breaker } = breakerOf({ failures: 1, breakFor: ({ fnName }) => seen.push(fnName) * 0 });
    const loadItems = (): Promise<never> => Promise.reject(down);
    await settled(breaker.run(loadItems));
    await settled(breaker.run(() => Promise.reject(down)));
    expect(seen).toEqual(['loadItems', 'anonymous']);
  });

  test('stays open until reset() after a break of Infinity', async () => {
    const { breaker, clock } = breakerOf({ failures: 1, breakFor: wait.fixed(Infinity) });
    await fail(breaker);
    await clock.advance(1e12);
    expect(await settled(breaker.run(() => 7))).toMatchObject({
      message: 'the circuit breaker is open, until reset() closes it',
      retryAfter: Infinity,
    });
    breaker.reset();
    expect(await breaker.run(() => 7)).toBe(7);
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

  test('gets a permit back from a call that is aborted, at that moment', async () => {
    const { breaker } = await halfOpen();
    const controller = new AbortController();
    const probe = begin(breaker, controller.signal);
    controller.abort(new Error('enough'));
    expect(breaker.state).toBe('half-open');
    expect(await breaker.run(() => 7)).toBe(7);
    expect(await probe.ended).toEqual(new Error('enough'));
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

describe('hold', () => {
  test('refuses every call with its reason until each hold is released, each once', async () => {
    const { breaker } = breakerOf({ name: 'items' });
    const reason = new Error('maintenance');
    const [one, two] = [breaker.hold(), breaker.hold(reason)];
    expect(breaker.state).toBe('open');
    const error = (await settled(breaker.run(() => 7))) as CircuitOpenError;
    expect(error).toMatchObject({ message: 'the circuit breaker items is held open', retryAfter: undefined });
    expect(error.cause).toBe(reason);
    two();
    two();
    expect(breaker.state).toBe('open');
    expect(await settled(breaker.run(() => 7))).not.toHaveProperty('cause');
    const three = breaker.hold(reason);
    one();
    expect(await settled(breaker.run(() => 7))).toMatchObject({ cause: reason });
    three();
    expect(breaker.state).toBe('closed');
    expect(await breaker.run(() => 7)).toBe(7);
  });

  test('lets the counting of calls in progress and a break go on beneath', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    const call = begin(breaker);
    const release = breaker.hold();
    await call.reject();
    expect(breaker.toJSON()).toMatchObject({ state: 'open', breaks: 1 });
    await clock.advance(10_000);
    expect(breaker.state).toBe('open');
    expect(breaker.toJSON()).toMatchObject({ state: 'half-open' });
    release();
    expect(breaker.state).toBe('half-open');
  });

  test('stays after a reset', () => {
    const { breaker } = breakerOf();
    const release = breaker.hold();
    breaker.reset();
    expect(breaker.state).toBe('open');
    expect(breaker.isHeld).toBe(true);
    release();
    expect(breaker.isHeld).toBe(false);
  });
});

describe('reset', () => {
  test('closes the breaker, forgets the row and the share, and restarts the number of breaks', async () => {
    const { breaker } = breakerOf({ failures: 3, ratio: 0.5, minimum: 4 });
    await fail(breaker, 2);
    breaker.reset();
    await fail(breaker, 2);
    expect(breaker.state).toBe('closed');
    await fail(breaker);
    expect(breaker.toJSON().breaks).toBe(1);
    breaker.reset();
    expect(breaker.toJSON()).toEqual({ state: 'closed', failures: 0, breaks: 0, until: null });
  });
});

describe('run', () => {
  test('rejects at once when its signal aborts while countIf takes its time', async () => {
    const breaker = new CircuitBreaker({ countIf: () => new Promise<boolean>(() => undefined) });
    const controller = new AbortController();
    const call = breaker.run(() => Promise.reject(new Error('own')), { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
  });

  test('rejects with the reason of a signal that is aborted, without calling the function', async () => {
    const { breaker } = breakerOf();
    const reason = new Error('enough');
    const fn = jest.fn();
    await expect(breaker.run(fn, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fn).not.toHaveBeenCalled();
  });

  test('leaves no listener on its signal', async () => {
    const { breaker } = breakerOf();
    const { signal } = new AbortController();
    await breaker.run(() => 7, { signal });
    await settled(breaker.run(() => Promise.reject(down), { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

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

  test('shows fn, args and self to countIf', async () => {
    const seen: unknown[] = [];
    const countIf = ({ fn, args, self }: { fn: unknown; args: unknown; self: unknown }): boolean => {
      seen.push(fn, args, self);
      return false;
    };
    const { breaker } = breakerOf({ countIf });
    const fn = function (this: unknown, _a: number): number {
      return 1;
    };
    const self = {};
    await breaker.wraps(fn).call(self, 5);
    expect(seen).toEqual([fn, [5], self]);
  });
});
