import { getEventListeners } from 'node:events';
import { AttemptTimeoutError, PolicyError, RetryError, Retrying, TryAgain, retry, retryIf, stop, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';

const fails = async (): Promise<never> => {
  throw new Error('broken');
};

describe('abort', () => {
  test('1,000 aborted calls leave no listener on the signal and no sleeper on the clock', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const call = retry(fails, { wait: wait.fixed(1000), clock, signal: controller.signal });
    const calls = Array.from({ length: 1000 }, () => call().catch((error: unknown) => error));
    await clock.advance(500);
    expect(clock.pending).toBe(1000);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([reason]));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  test('an aborted signal before the call: the function is not called', async () => {
    const fn = jest.fn();
    await expect(retry(fn, { signal: AbortSignal.abort(new Error('early')) })()).rejects.toThrow('early');
    expect(fn).not.toHaveBeenCalled();
  });

  test('passes every predicate by, negated ones too', async () => {
    const controller = new AbortController();
    const options = { retryIf: retryIf.never.not(), signal: controller.signal, stop: stop.afterAttempt(3) };
    const call = retry(() => new Promise<void>(() => undefined), options)();
    controller.abort(new Error('gone'));
    await expect(call).rejects.toThrow('gone');
  });
});

describe('time', () => {
  test('a sleep of 30 days lasts 30 days on a virtual clock', async () => {
    const clock = new VirtualClock();
    const month = 30 * 86_400_000;
    let done = false;
    const call = retry(fails, { wait: wait.fixed(month), stop: stop.afterAttempt(2), clock })().catch(
      () => (done = true),
    );
    await clock.advance(month - 1);
    expect(done).toBe(false);
    await clock.advance(1);
    await call;
    expect(done).toBe(true);
  });

  // The event loop itself is what is looked at, so the time is real.
  test('a policy without a wait does not starve the event loop', async () => {
    let ticks = 0;
    const interval = setInterval(() => (ticks += 1), 10);
    await retry(fails, { stop: stop.afterDelay(300) })().catch(() => undefined);
    clearInterval(interval);
    expect(ticks).toBeGreaterThan(10);
  });

  test('an attempt that takes too long fails, and its signal aborts', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const policy = new Retrying({ attemptTimeout: 100, stop: stop.afterAttempt(2), clock });
    const call = policy.run(async ({ signal }) => {
      signals.push(signal);
      await clock.sleep(1000);
    });
    const failed = call.catch((error: unknown) => error);
    await clock.advance(250);
    expect(await failed).toMatchObject({ cause: expect.any(AttemptTimeoutError) });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  test('a sleep that would end after the deadline is not begun, one that ends exactly then is', async () => {
    for (const [deadline, attempts] of [
      [199, 2],
      [200, 3],
    ] as const) {
      const clock = new VirtualClock();
      const call = retry(fails, { wait: wait.fixed(100), deadline, clock })().catch((error: unknown) => error);
      await clock.advance(1000);
      expect(await call).toMatchObject({ stopReason: 'deadline', attempts });
    }
  });
});

describe('giving up', () => {
  test('carries the errors, the reason and the last error as cause', async () => {
    let n = 0;
    const call = retry(() => Promise.reject(new Error(`failure ${(n += 1)}`)), { stop: stop.afterAttempt(3) });
    const error = (await call().catch((thrown: unknown) => thrown)) as RetryError;
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({
      code: 'TENAX_RETRY_EXHAUSTED',
      attempts: 3,
      stopReason: 'stop',
      cause: new Error('failure 3'),
    });
    expect(error.errors).toHaveLength(3);
    expect(call.retrying.totals).toMatchObject({ calls: 1, attempts: 3, retries: 2, failed: 1, succeeded: 0 });
  });

  test('a delay of Infinity gives up, and TryAgain goes past retryIf', async () => {
    await expect(retry(fails, { wait: wait.fixed(Infinity) })()).rejects.toMatchObject({ stopReason: 'wait' });
    let n = 0;
    const again = retry(
      async () => {
        if ((n += 1) < 3) throw new TryAgain();
        return n;
      },
      { retryIf: retryIf.never, stop: stop.afterAttempt(5) },
    );
    await expect(again()).resolves.toBe(3);
  });

  test('a hook that throws is named, and the error of the attempt is kept', async () => {
    const thrown = new Error('hook');
    const call = retry(fails, {
      wait: wait.fixed(1),
      beforeSleep: () => {
        throw thrown;
      },
    });
    const error = (await call().catch((each: unknown) => each)) as PolicyError;
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({ option: 'beforeSleep', cause: thrown, attemptError: new Error('broken') });
    expect(error.message).toContain('beforeSleep');
  });
});

describe('options', () => {
  test.each([
    [{ stopp: stop.never }, 'did you mean "stop"?'],
    [{ stop: wait.fixed(1) }, 'stop takes a stop strategy'],
    [{ attemptTimeout: -1 }, 'attemptTimeout takes a duration'],
    [{ deadline: Number.NaN }, 'deadline takes a duration'],
    [{ signal: null }, 'signal takes an AbortSignal'],
    [{ reraise: 1 }, 'reraise takes true or false'],
  ])('are refused at once, case %#', (options, message) => {
    expect(() => new Retrying(options as never)).toThrow(message);
  });

  test('print and serialize as what they are', () => {
    const policy = new Retrying({
      stop: stop.afterAttempt(6).or(stop.afterDelay(30_000)),
      wait: wait.fixed(5).cappedAt(3),
    });
    expect(String(policy.options.stop)).toBe('stop.any(stop.afterAttempt(6), stop.afterDelay(30000))');
    expect(JSON.parse(JSON.stringify(policy))).toEqual({
      stop: { any: [{ afterAttempt: 6 }, { afterDelay: 30_000 }] },
      wait: { cappedAt: [{ fixed: 5 }, 3] },
    });
    expect(() => JSON.stringify(new Retrying({ signal: new AbortController().signal }))).toThrow('signal');
  });
});
