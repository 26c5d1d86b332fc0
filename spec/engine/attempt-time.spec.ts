import {
  AttemptTimeoutError,
  before,
  ConcurrencyLimiter,
  RateLimitTimeoutError,
  RetryError,
  Retrying,
  retry,
  retryStream,
  stop,
  wait,
  type Clock,
  type RateLimiter,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { fails } from './fails';
import { read } from './streams';

describe('attemptTimeout', () => {
  test('fails the attempt, aborts its signal, and the next one has a signal of its own', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const policy = new Retrying({ attemptTimeout: 100, stop: stop.afterAttempt(2), clock });
    async function slow({ signal }: { signal: AbortSignal }): Promise<void> {
      signals.push(signal);
      await clock.sleep(1000);
    }
    const call = thrown(policy.run(slow));
    await clock.advance(250);
    const error: RetryError = await call;
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
    expect(error.cause).toMatchObject({
      code: 'TENAX_ATTEMPT_TIMEOUT',
      timeout: 100,
      attemptNumber: 2,
      limit: 'attemptTimeout',
      message: 'attempt 2 of slow took longer than 100 ms',
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]).not.toBe(signals[1]);
    expect(signals[1]?.reason).toBe(error.cause);
  });

  test('leaves an attempt alone that ends in time, and no timer after it', async () => {
    const clock = new VirtualClock();
    const call = new Retrying({ attemptTimeout: 100, stop: stop.never, clock }).call(() => clock.sleep(99));
    await clock.advance(99);
    await call;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test('drops what the attempt does later', async () => {
    const clock = new VirtualClock();
    const late = (): Promise<never> => clock.sleep(500).then(fails);
    const call = thrown(new Retrying({ attemptTimeout: 100, stop: stop.afterAttempt(1), clock }).call(late));
    await clock.advance(1000);
    expect((await call).cause).toBeInstanceOf(AttemptTimeoutError);
  });
});

describe('A timer that fires a little before the clock shows its time', () => {
  const hangs = (): Promise<never> => new Promise(() => undefined);
  const hangingStream = async function* (items: number): AsyncGenerator<number> {
    for (let i = 0; i < items; i += 1) yield i;
    await hangs();
  };

  test.each<[string, (options: RetryOptions<never>, called: () => void) => Promise<unknown>]>([
    ['a call', (options, called) => retry(() => (called(), hangs()), options)()],
    ['a hook', (options, called) => retry(() => 1, { ...options, before: () => (called(), hangs()) } as never)()],
    [
      'the first item',
      (options, called) => read(retryStream((n: number) => (called(), hangingStream(n)), options as never)(0)),
    ],
    [
      'a later item',
      (options, called) =>
        read(retryStream((n: number) => (called(), hangingStream(n)), { ...options, resume: () => [1] } as never)(1)),
    ],
  ])('ends %s at the deadline all the same', async (_what, make) => {
    const time = new VirtualClock();
    const clock: Clock = { now: () => time.now(), sleep: (ms, signal) => time.sleep(ms - 0.3, signal) };
    const called = jest.fn();
    const call = thrown(make({ deadline: 100, clock, stop: stop.never }, called));
    await time.advance(1000);
    expect(await call).toMatchObject({ stopReason: 'deadline' });
    expect(called).toHaveBeenCalledTimes(1);
  });
});

describe('The deadline of a call', () => {
  test('cuts the running attempt off, and aborts its signal', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const call = thrown(
      new Retrying({ deadline: 50, clock }).run(({ signal }) => {
        signals.push(signal);
        return clock.sleep(1000);
      }),
    );
    await clock.advance(49);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    const error = await call;
    expect(error).toMatchObject({ stopReason: 'deadline', attempts: 1, cause: { limit: 'deadline', timeout: 50 } });
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
    expect(signals[0]?.aborted).toBe(true);
  });

  test('cuts off a wait in a before hook', async () => {
    const clock = new VirtualClock();
    const call = thrown(new Retrying({ deadline: 100, clock, before: () => clock.sleep(1000) }).call(fails));
    await clock.advance(100);
    expect(await call).toMatchObject({ stopReason: 'deadline', cause: { limit: 'deadline' } });
  });

  /** It grants once, and ignores the `maxWait` that it is given from then on. */
  const granting = () => {
    let grants = 1;
    const acquire = (): Promise<number> =>
      (grants -= 1) < 0 ? new Promise<number>(() => undefined) : Promise.resolve(0);
    return { acquire, tryAcquire: () => false };
  };
  const { acquire } = before;
  test.each<[string, (limiter: RateLimiter) => RetryOptions]>([
    ['of its own', (limiter) => ({ limiter })],
    ['among several', (limiter) => ({ limiter: [limiter, new ConcurrencyLimiter({ limit: 1 })] })],
    ['of before.acquire', (limiter) => ({ before: acquire(limiter) })],
  ])('refuses a call that waits for a limiter %s, after the error of the attempt before', async (_whose, options) => {
    const clock = new VirtualClock();
    const policy = new Retrying({ deadline: 100, clock, wait: wait.fixed(10), ...options(granting()) });
    const call = thrown(policy.call(fails));
    await clock.advance(99);
    expect(policy.totals.failed).toBe(0);
    await clock.advance(1);
    const error = await call;
    expect(error).toBeInstanceOf(RateLimitTimeoutError);
    expect(error).toMatchObject({ maxWait: 90, cause: new Error('broken') });
  });
});
