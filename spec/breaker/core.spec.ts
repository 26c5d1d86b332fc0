import { CircuitBreaker, CircuitOpenError, PolicyError, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { begin, breakerOf, down, fail, settled, succeed } from './calls.js';

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

  test('is announced as released once, however often its release is called', () => {
    const warn = jest.fn();
    const release = breakerOf({ logger: { warn } }).breaker.hold();
    release();
    release();
    expect(warn.mock.calls.map(([, line]) => line)).toEqual(['breaker is held open', 'breaker is released and closed']);
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

test('A breakFor that throws after a value that counts as a failure names no error of the attempt', async () => {
  const breakFor = (): never => {
    throw new Error('no break');
  };
  const breaker = new CircuitBreaker({ failures: 1, breakFor, countIf: ({ outcome }) => !outcome.failed });
  const error = await breaker.run(() => 7).then(undefined, (thrown: unknown) => thrown as PolicyError);
  expect(error).toMatchObject({ code: 'TENAX_POLICY', option: 'breakFor', attemptError: undefined });
});
