import {
  CircuitBreaker,
  CircuitOpenError,
  PolicyError,
  RateLimitTimeoutError,
  type RetryCallState,
  type RetryError,
  Throttle,
  TokenBucket,
  type RateLimiter,
  type RetryOptions,
  before,
  retry,
  stop,
  wait,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { createRetrying } from '../../lib/engine/retrying';
import { thrown } from '../thrown';

const broken = new Error('broken');
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('An attempt waits until the gates have been told of the one before', async () => {
  const told: string[] = [];
  const gate = before.admit({
    admit: () => ({
      cancel: () => undefined,
      end: async (outcome) => {
        await soon();
        told.push(`end of ${outcome.attemptNumber}`);
      },
    }),
  });
  const fn = (): void => {
    told.push('attempt');
    throw broken;
  };
  await thrown(retry(fn, { stop: stop.afterAttempt(2), before: gate })());
  expect(told).toEqual(['attempt', 'end of 1', 'attempt', 'end of 2']);
});

describe('The same attempt once more', () => {
  /** The limiter does not grant it, so the call fails with that and its function is called once. */
  async function expectTimeoutInstead(clock: VirtualClock, options: RetryOptions): Promise<void> {
    const retrying = createRetrying(
      { stop: stop.afterAttempt(1), reraise: true, clock, ...options },
      { quiet: true, mayResend: () => true },
    );
    const fn = jest.fn(() => {
      throw broken;
    });
    expect(await thrown(clock.run(retrying.call(fn)))).toBeInstanceOf(RateLimitTimeoutError);
    expect(fn).toHaveBeenCalledTimes(1);
  }

  test('is made where that is said at once, and only then', async () => {
    let calls = 0;
    const fn = (): number => {
      calls += 1;
      if (calls === 1) throw broken;
      return calls;
    };
    const options = { stop: stop.afterAttempt(1), reraise: true, attemptTimeout: 5000 };
    const again = createRetrying(options, { quiet: true, mayResend: () => true });
    expect(await again.call(fn)).toBe(2);
    const once = createRetrying(options, { quiet: true, mayResend: () => false });
    calls = 0;
    expect(await thrown(once.call(fn))).toBe(broken);
  });

  test('fails with the refusal of a limit that has nothing left for it', async () => {
    const clock = new VirtualClock();
    const limiter = new TokenBucket({ rate: 1, capacity: 1, clock });
    await expectTimeoutInstead(clock, { limiter, maxWait: 10 });
  });

  test('ends at the deadline while a limiter of the user’s own does not answer', async () => {
    let asked = 0;
    const limiter: RateLimiter = {
      acquire: () => ((asked += 1) === 1 ? Promise.resolve(0) : new Promise(() => undefined)),
      tryAcquire: () => true,
    };
    await expectTimeoutInstead(new VirtualClock(), { limiter, deadline: 100 });
  });

  test('is not made after a success', async () => {
    const mayResend = jest.fn(() => true);
    expect(await createRetrying({ stop: stop.never }, { quiet: true, mayResend }).call(() => 1)).toBe(1);
    expect(mayResend).not.toHaveBeenCalled();
  });

  test('gives back its slot and takes another one, while the other gates hear of its end alone', async () => {
    const told: unknown[] = [];
    const gate = before.admit({
      admit: () => ({ cancel: jest.fn(), end: ({ failed }) => void told.push(`gate ${failed ? 'failed' : 'ended'}`) }),
    });
    const limiter: RateLimiter = {
      acquire: async (_tokens, options) => (told.push(['acquire', options?.signal]), 0),
      tryAcquire: () => true,
      release: () => void told.push('release'),
    };
    for (const options of [{ limiter }, {}]) {
      let calls = 0;
      const fn = (): number => {
        if ((calls += 1) === 1) throw broken;
        return calls;
      };
      const mayResend = () => calls === 1;
      const retrying = createRetrying(
        { stop: stop.afterAttempt(1), before: gate, ...options },
        { quiet: true, mayResend },
      );
      expect(await retrying.call(fn)).toBe(2);
    }
    const acquire = ['acquire', undefined];
    expect(told).toEqual([acquire, 'release', acquire, 'release', 'gate ended', 'gate ended']);
  });

  test('has the error of the attempt before as its cause where the limit does not answer', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const limiter: RateLimiter = {
      acquire: () => ((asked += 1) < 3 ? Promise.resolve(0) : new Promise(() => undefined)),
      tryAcquire: () => true,
    };
    const causes: unknown[] = [];
    const retryIf = ({ outcome }: RetryCallState): boolean => {
      causes.push((outcome as { error?: Error }).error?.cause);
      return true;
    };
    const retrying = createRetrying(
      { limiter, deadline: 100, clock, retryIf, stop: stop.never },
      { quiet: true, mayResend: ({ attemptNumber }) => attemptNumber === 2 },
    );
    const error = await thrown<RetryError>(clock.run(retrying.call(() => Promise.reject(broken))));
    expect(error).toMatchObject({ stopReason: 'deadline', cause: expect.any(RateLimitTimeoutError) });
    expect(causes).toEqual([undefined, broken]);
  });

  test('is not made where asking fails: the call fails with that', async () => {
    const fault = new Error('no credentials');
    const mayResend = async (): Promise<boolean> => {
      throw fault;
    };
    const options = { stop: stop.afterAttempt(1), reraise: true, attemptTimeout: 5000 };
    const retrying = createRetrying(options, { quiet: true, mayResend });
    expect(await thrown(retrying.call(() => Promise.reject(broken)))).toBe(fault);
  });
});

test('A breaker that opens while @Throttle waits within the attempt refuses what would follow', async () => {
  const clock = new VirtualClock();
  const breaker = new CircuitBreaker({ failures: 1, clock });
  class Api {
    sent = 0;
    @Throttle(new TokenBucket({ rate: 1, capacity: 1, clock }))
    async send(): Promise<number> {
      return (this.sent += 1);
    }
  }
  const api = new Api();
  await api.send();
  const call = retry(() => api.send(), {
    stop: stop.afterAttempt(1),
    reraise: true,
    breaker,
    attemptTimeout: 5000,
    clock,
  });
  const pending = thrown(call());
  await soon();
  breaker.hold('open');
  await clock.advance(2000);
  expect(await pending).toBeInstanceOf(CircuitOpenError);
  expect(api.sent).toBe(1);
});

test('fallback sees an outcome where the call failed before its first attempt', async () => {
  const fallback = jest.fn((_error: unknown, state: { outcome: unknown }) => state.outcome);
  const failing = (): never => {
    throw broken;
  };
  const outcome = await retry(() => 1, { stop: stop.never, before: failing, fallback: fallback as never })();
  expect(outcome).toMatchObject({ attemptNumber: 1, failed: true, error: expect.any(PolicyError) });
});

test('An abort while retryIf decides about a value ends the call: onSuccess is not told', async () => {
  const caller = new AbortController();
  const onSuccess = jest.fn();
  const retryIf = async (): Promise<boolean> => {
    caller.abort(broken);
    return false;
  };
  const call = retry(() => 1, { stop: stop.never, wait: wait.fixed(1), signal: caller.signal, retryIf, onSuccess });
  expect(await thrown(call())).toBe(broken);
  await soon();
  expect(onSuccess).not.toHaveBeenCalled();
});
