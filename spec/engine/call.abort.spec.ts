import { getEventListeners } from 'node:events';
import { PolicyError, RetryError, Retrying, retry, retryIf, stop, wait, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { fails } from './fails';

const pending = (): Promise<never> => new Promise(() => undefined);
const reason = new Error('enough');

/** Settles as the call does, without an unhandled rejection. */
const ending = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('an abort', () => {
  let controller: AbortController;
  let clock: VirtualClock;

  beforeEach(() => {
    controller = new AbortController();
    clock = new VirtualClock();
  });

  const policy = (options: RetryOptions<any> = {}): Retrying =>
    new Retrying({ stop: stop.never, clock, signal: controller.signal, ...options });

  const left = () => ({ sleepers: clock.pending, listeners: getEventListeners(controller.signal, 'abort').length });
  const nothing = { sleepers: 0, listeners: 0 };

  test('before the call: the function and the hooks are not called', async () => {
    const fn = jest.fn();
    const before = jest.fn();
    controller.abort(reason);
    expect(await ending(policy({ before }).call(fn))).toBe(reason);
    expect([fn.mock.calls.length, before.mock.calls.length]).toEqual([0, 0]);
    expect(left()).toEqual(nothing);
  });

  test('during an attempt that ignores it: rejects at once, whatever the attempt does later', async () => {
    let fail: (error: Error) => void = () => undefined;
    const call = policy().call(() => new Promise((_, reject) => (fail = reject)));
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
    fail(new Error('late'));
    await clock.advance(1);
    expect(left()).toEqual(nothing);
  });

  test.each([
    ['attemptTimeout', { attemptTimeout: 60_000 }],
    ['deadline', { deadline: 60_000 }],
  ])('during an attempt under %s: leaves no timer', async (_name, options) => {
    const call = policy(options).call(pending);
    await clock.advance(10);
    expect(left()).toEqual({ sleepers: 1, listeners: 1 });
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
    await clock.advance(0);
    expect(left()).toEqual(nothing);
  });

  test("aborts the attempt's own signal, with the same reason", async () => {
    const signals: AbortSignal[] = [];
    const call = policy({ attemptTimeout: 100 }).run(({ signal }) => {
      signals.push(signal);
      return pending();
    });
    controller.abort(reason);
    await ending(call);
    expect(signals.map((signal) => signal.reason as unknown)).toEqual([reason]);
  });

  test('during a backoff: rejects at once and makes no further attempt', async () => {
    const fn = jest.fn(fails);
    const call = policy({ wait: wait.fixed(500) }).call(fn);
    await clock.advance(50);
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
    expect(clock.now()).toBe(50);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(left()).toEqual(nothing);
  });

  test('during a sleep of the own making that ignores its signal: rejects at once', async () => {
    const call = policy({ wait: wait.fixed(5), sleep: pending }).call(fails);
    await clock.advance(1);
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
  });

  test.each(['before', 'after', 'beforeSleep', 'onGiveUp'] as const)('during %s: rejects at once', async (name) => {
    const call = policy({ [name]: pending, ...(name === 'onGiveUp' ? { retryIf: retryIf.never } : {}) }).call(fails);
    await clock.advance(0);
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
  });

  test('during onGiveUp: the fallback is not called', async () => {
    const fallback = jest.fn();
    const onGiveUp = async (): Promise<void> => {
      await Promise.resolve();
      controller.abort(reason);
    };
    expect(await ending(policy({ retryIf: retryIf.never, onGiveUp, fallback }).call(fails))).toBe(reason);
    await new Promise(setImmediate);
    expect(fallback).not.toHaveBeenCalled();
  });

  test('during after: beforeSleep is not called', async () => {
    const beforeSleep = jest.fn();
    const after = async (): Promise<void> => {
      await Promise.resolve();
      controller.abort(reason);
    };
    expect(await ending(policy({ after, beforeSleep }).call(fails))).toBe(reason);
    await new Promise(setImmediate);
    expect(beforeSleep).not.toHaveBeenCalled();
  });

  test('calls neither onGiveUp nor retryErrorCallback', async () => {
    const told = jest.fn();
    const call = policy({ onGiveUp: told, retryErrorCallback: told, wait: wait.fixed(9), after: pending }).call(fails);
    await clock.advance(0);
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
    await clock.advance(100);
    expect(told).not.toHaveBeenCalled();
  });

  test('passes every predicate by, negated ones too', async () => {
    const fn = jest.fn(async () => {
      controller.abort(reason);
      throw new Error('own');
    });
    expect(await ending(policy({ retryIf: retryIf.never.not() }).call(fn))).toBe(reason);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test('is the rejection of the call while iterating, and the loop leaves nothing behind', async () => {
    const loop = async (): Promise<void> => {
      for await (const attempt of policy({ wait: wait.fixed(100) })) await attempt.run(fails);
    };
    const call = loop();
    await clock.advance(150);
    controller.abort(reason);
    expect(await ending(call)).toBe(reason);
    expect(left()).toEqual(nothing);
  });

  test('is counted among the failed calls, once', async () => {
    const retrying = policy({ wait: wait.fixed(5) });
    const call = retrying.call(fails);
    await clock.advance(1);
    controller.abort(reason);
    await ending(call);
    await clock.advance(10);
    expect(retrying.totals).toMatchObject({ calls: 1, failed: 1, succeeded: 0 });
  });

  describe.each<[string, RetryOptions<any>, () => Promise<unknown>]>([
    ['after', { after: () => clock.sleep(10) }, fails],
    ['beforeSleep', { beforeSleep: () => clock.sleep(10) }, fails],
    ['onSuccess', { onSuccess: () => clock.sleep(10) }, async () => 'value'],
    ['retryErrorCallback', { stop: stop.afterAttempt(1), retryErrorCallback: () => clock.sleep(10) }, fails],
  ])('while %s takes its time', (_, options, fn) => {
    const ways: Record<string, (retrying: Retrying) => Promise<unknown>> = {
      'a call': (retrying: Retrying) => retrying.call(fn),
      'a loop': async (retrying: Retrying) => {
        for await (const attempt of retrying) await attempt.run(fn);
      },
    };

    test.each(Object.entries(ways))(
      'fails %s, which is counted as failed and not as succeeded too',
      async (__, begin) => {
        const retrying = policy({ wait: wait.fixed(5), ...options });
        const call = begin(retrying);
        await clock.advance(1);
        controller.abort(reason);
        expect(await ending(call)).toBe(reason);
        await clock.advance(100);
        expect(retrying.totals).toMatchObject({ calls: 1, attempts: 1, failed: 1, succeeded: 0 });
        expect(left()).toEqual(nothing);
      },
    );
  });

  test('of a signal that a function of the call answers', async () => {
    const call = retry(async (_signal: AbortSignal) => fails(), {
      wait: wait.fixed(100),
      clock,
      signal: ({ args }) => args[0] as AbortSignal,
    });
    const pendingCall = call(controller.signal);
    await clock.advance(10);
    controller.abort(reason);
    expect(await ending(pendingCall)).toBe(reason);
    const none = policy({ signal: () => undefined, stop: stop.afterAttempt(1) });
    await expect(none.call(fails)).rejects.toThrow(RetryError);
  });

  test('is not to be had of a function that answers no signal, or throws', async () => {
    const wrong = policy({ signal: (() => 5) as never });
    await expect(wrong.call(fails)).rejects.toThrow('signal takes an AbortSignal, got 5');
    const thrown = new Error('signal');
    const throwing = policy({
      signal: () => {
        throw thrown;
      },
    });
    await expect(throwing.call(fails)).rejects.toMatchObject({ option: 'signal', cause: thrown });
    expect(throwing.totals).toMatchObject({ calls: 1, failed: 1 });
  });
});

describe('an error that is called AbortError', () => {
  const aborted = Object.assign(new Error('gone'), { name: 'AbortError' });
  const counting = () => jest.fn(() => Promise.reject(aborted));

  test.each(['AbortError', 'CanceledError'])('is not retried by default: %s', async (name) => {
    const error = Object.assign(new Error('gone'), { name });
    await expect(retry(() => Promise.reject(error), { stop: stop.afterAttempt(3) })()).rejects.toBe(error);
    const explicit = { stop: stop.afterAttempt(3), retryIf: retryIf.exception() };
    await expect(retry(() => Promise.reject(error), explicit)()).rejects.toBe(error);
  });

  test('is for an explicit predicate to decide on where the caller gave no signal', async () => {
    const fn = counting();
    const options = { stop: stop.afterAttempt(3), retryIf: retryIf.exceptionType(Error) };
    await expect(new Retrying(options).call(fn)).rejects.toBeInstanceOf(RetryError);
    expect(fn).toHaveBeenCalledTimes(3);
  });

  test('is never retried where the caller gave one', async () => {
    const fn = counting();
    const { signal } = new AbortController();
    const options = { stop: stop.afterAttempt(3), retryIf: retryIf.always, signal };
    await expect(new Retrying(options).call(fn)).rejects.toBe(aborted);
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

test('1,000 aborted calls on the real clock leave no listener and no timer', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'performance'] });
  try {
    const controller = new AbortController();
    const policy = new Retrying({ wait: wait.fixed(60_000), signal: controller.signal, attemptTimeout: 60_000 });
    const calls = Array.from({ length: 1000 }, (_, i) => ending(policy.call(i % 2 === 0 ? fails : pending)));
    await jest.advanceTimersByTimeAsync(20); // until they sleep
    expect(jest.getTimerCount()).toBe(1000);
    controller.abort(reason);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([reason]));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('an error of a hook is named with the option', () => {
  expect(new PolicyError('wait', 'f', new Error('x'), undefined).message).toBe(
    'wait threw during a call of f: Error: x',
  );
});
