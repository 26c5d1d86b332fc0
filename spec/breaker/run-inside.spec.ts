import { getEventListeners } from 'node:events';
import { CircuitBreaker, retry, stop } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { begin, breakerOf, down, fail, settled } from './calls.js';

describe('A function that is called within a breaker', () => {
  test('resolves and rejects as it does by itself', async () => {
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

  test('is shown to countIf with its arguments and its this', async () => {
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

describe('A call within a breaker that has a signal', () => {
  test('rejects at once when it aborts while countIf takes its time', async () => {
    const breaker = new CircuitBreaker({ countIf: () => new Promise<boolean>(() => undefined) });
    const controller = new AbortController();
    const call = breaker.run(() => Promise.reject(new Error('own')), { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
  });

  test('rejects with its reason without calling the function, if it has aborted before', async () => {
    const { breaker } = breakerOf();
    const reason = new Error('enough');
    const fn = jest.fn();
    await expect(breaker.run(fn, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(fn).not.toHaveBeenCalled();
  });

  test('leaves no listener on it', async () => {
    const { breaker } = breakerOf();
    const { signal } = new AbortController();
    await breaker.run(() => 7, { signal });
    await settled(breaker.run(() => Promise.reject(down), { signal }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('gives the permit of a probe back at the moment when it aborts', async () => {
    const { breaker, clock } = breakerOf({ failures: 1 });
    await fail(breaker);
    await clock.advance(10_000);
    const controller = new AbortController();
    const probe = begin(breaker, controller.signal);
    controller.abort(new Error('enough'));
    expect(breaker.state).toBe('half-open');
    expect(await breaker.run(() => 7)).toBe(7);
    expect(await probe.ended).toEqual(new Error('enough'));
  });
});

test('An error of countIf about a call that was cut off is not an unhandled rejection', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const caller = new AbortController();
  const countIf = async (): Promise<boolean> => {
    throw new Error('cannot tell');
  };
  const breaker = new CircuitBreaker({ countIf });
  const call = breaker.run(() => new Promise(() => undefined), { signal: caller.signal });
  const reason = new Error('enough');
  caller.abort(reason);
  await expect(call).rejects.toBe(reason);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('An error of countIf about an attempt that its policy cuts off is not an unhandled rejection', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const clock = new VirtualClock();
  const countIf = (): never => {
    throw new Error('cannot tell');
  };
  const breaker = new CircuitBreaker({ countIf, clock });
  const fn = (): Promise<never> => breaker.run(() => new Promise<never>(() => undefined));
  const call = retry(fn, { stop: stop.afterAttempt(1), reraise: true, attemptTimeout: 50, clock });
  await expect(clock.run(call())).rejects.toMatchObject({ code: 'TENAX_ATTEMPT_TIMEOUT' });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
