import {
  CircuitBreaker,
  CircuitOpenError,
  Retrying,
  retry,
  stop,
  wait,
  type RetryCallState,
  type RetryOptions,
} from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { GATE, type Permit } from '../../lib/call/gate.js';
import { breakerOf, down, fail, settled } from './calls.js';

const admit = (breaker: CircuitBreaker): Permit =>
  breaker[GATE]().admit({ request: {}, state: undefined, signal: undefined, remaining: Infinity }) as Permit;

describe('A permit of a breaker', () => {
  test('ends once: later calls of its methods have no effect', async () => {
    const { breaker } = breakerOf({ failures: 2 });
    const failure = { attemptNumber: 1, failed: true, error: down } as const;
    const [ended, cancelled] = [admit(breaker), admit(breaker)];
    void ended.end(failure);
    void ended.end(failure);
    ended.cancel();
    cancelled.cancel();
    cancelled.confirm?.();
    void cancelled.end(failure);
    expect(breaker.toJSON()).toMatchObject({ state: 'closed', failures: 1 });
  });

  test('does not count an attempt that fails while it waits below, but counts others', () => {
    const { breaker } = breakerOf({ failures: 2 });
    const failure = { attemptNumber: 1, failed: true, error: down } as const;
    const [waits, waited] = [admit(breaker), admit(breaker)];
    waits.waiting?.(true);
    void waits.end(failure);
    expect(breaker.toJSON().failures).toBe(0);
    waited.waiting?.(true);
    waited.waiting?.(false);
    void waited.end(failure);
    expect(breaker.toJSON().failures).toBe(1);
  });

  test('counts an answer as a success even if the caller has aborted meanwhile', async () => {
    const { breaker } = breakerOf({ failures: 2 });
    await fail(breaker);
    const controller = new AbortController();
    const permit = breaker[GATE]().admit({
      request: {},
      state: undefined,
      signal: controller.signal,
      remaining: Infinity,
    }) as Permit;
    controller.abort();
    void permit.end({ attemptNumber: 1, failed: false, value: new Response('x') });
    expect(breaker.toJSON().failures).toBe(0);
  });

  test('of a probe counts its time from its confirmation', async () => {
    const { breaker, clock } = breakerOf({ failures: 1, probeTimeout: 1000 });
    await fail(breaker);
    await clock.advance(10_000);
    const probe = admit(breaker);
    await clock.advance(900);
    probe.confirm?.();
    await clock.advance(900);
    expect(await settled(breaker.run(() => 7))).toBeInstanceOf(CircuitOpenError);
    await clock.advance(100);
    expect(await breaker.run(() => 7)).toBe(7);
  });

  test('is not confirmed under a hold, and is free again then', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    await fail(breaker);
    await clock.advance(10_000);
    const probe = admit(breaker);
    const release = breaker.hold('maintenance');
    expect(() => probe.confirm?.()).toThrow('is held open');
    release();
    expect(await breaker.run(() => 7)).toBe(7);
  });
});

describe('The first attempt of a policy with a breaker', () => {
  const policies: [string, RetryOptions][] = [
    ['alone', {}],
    ['and with hooks', { before: () => undefined }],
  ];

  test.each(policies)('counts as any other (%s)', async (_what, options) => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker({ failures: 3, clock });
    const policy = { ...options, breaker, stop: stop.afterAttempt(2), wait: wait.none(), reraise: true };
    const fn = jest.fn<unknown, [number]>(() => 7);
    const retrying = new Retrying(policy);
    expect(await retrying.call(fn, 1)).toBe(7);
    fn.mockImplementation(() => Promise.reject(down));
    await expect(retrying.call(fn, 2)).rejects.toBe(down);
    expect(breaker.toJSON().failures).toBe(2);
    fn.mockImplementation(() => {
      throw down;
    });
    await expect(retrying.call(fn, 3)).rejects.toThrow(CircuitOpenError);
    expect(fn).toHaveBeenCalledTimes(4);
    await expect(retrying.call(fn, 4)).rejects.toThrow(CircuitOpenError);
    expect(fn).toHaveBeenCalledTimes(4);
    expect(retrying.totals).toMatchObject({ calls: 4, attempts: 6, succeeded: 1, failed: 3 });
  });

  test('shows countIf the number of each attempt, then and later', async () => {
    const seen: RetryCallState[] = [];
    const breaker = new CircuitBreaker({ countIf: (state) => seen.push(state) > 5 });
    await settled(retry(() => Promise.reject(down), { breaker, stop: stop.afterAttempt(2), wait: wait.none() })());
    expect(seen.map(({ attemptNumber }) => attemptNumber)).toEqual([1, 2]);
  });

  test('counts an answer of 503 that is returned', async () => {
    const breaker = new CircuitBreaker({ failures: 1 });
    const load = retry(async () => new Response('', { status: 503 }), { breaker, stop: stop.afterAttempt(1) });
    await load();
    expect(breaker.state).toBe('open');
  });
});

test('In test mode a permit asks and counts nothing', () => {
  const breaker = new CircuitBreaker({ failures: 1 });
  const restore = setTesting({ attempts: 1 });
  try {
    const permit = breaker[GATE]().quick?.();
    expect([permit?.signal, permit?.remaining()]).toEqual([undefined, Infinity]);
    expect([permit?.confirm(), permit?.waiting(true), permit?.cancel()]).toEqual([undefined, undefined, undefined]);
    expect(permit?.end({ attemptNumber: 1, failed: true, error: new Error('down') })).toBeUndefined();
  } finally {
    restore();
  }
  expect(breaker.state).toBe('closed');
});
