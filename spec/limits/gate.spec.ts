import {
  ConcurrencyLimiter,
  RetryBudgets,
  SlidingWindow,
  TokenBucket,
  TokenBuckets,
  type RateFeedback,
  type RateLimiter,
} from 'tenax';
import { setTesting, VirtualClock } from 'tenax/testing';
import { GateFault, isOwnRefusal, type Admission, type Permit } from '../../lib/call/gate';
import type { Outcome } from '../../lib/call/outcome';
import { acquireGate, limitGate, type LimitGateOptions } from '../../lib/limits/gate';
import type { Limit } from '../../lib/limits/keyed-limiter';
import { thrown } from '../thrown';

const succeeded = (value?: unknown): Outcome => ({ attemptNumber: 1, failed: false, value });
const failed = (error: unknown): Outcome => ({ attemptNumber: 1, failed: true, error });
const http = (status: number, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error(String(status)), { response: { status, headers } });

describe('The gate of limits', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  let tokens: SlidingWindow;
  let slots: ConcurrencyLimiter;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    tokens = new SlidingWindow({ limit: 1000, window: 60_000, unit: 'tokens', clock });
    slots = new ConcurrencyLimiter({ limit: 2, clock });
  });
  const admit = (
    limits: Limit | readonly Limit[],
    admission: Partial<Admission> = {},
    options: LimitGateOptions = {},
  ): Permit | Promise<Permit> =>
    limitGate(limits, options).admit({
      request: { size: 100 },
      state: undefined,
      signal: undefined,
      remaining: Infinity,
      ...admission,
    });
  const byTokens = (settle?: (value: any, request: any) => any): Limit => ({
    limiter: tokens,
    cost: ({ size }) => size,
    settle,
  });

  test('refuses a limiter by key on another clock than the rest', async () => {
    const byKey = new TokenBuckets({ rate: 1, key: () => 'a' });
    const fault = await thrown((async () => admit([bucket, byKey]))());
    expect(fault).toMatchObject({
      option: 'limiter',
      error: { message: 'limiter takes limiters with one clock object, got 2 clocks' },
    });
    expect(bucket.available).toBe(5);
  });

  test('admits at once if every limit has tokens, and takes from all', () => {
    const permit = admit([bucket, byTokens(), slots]);
    expect(permit).not.toBeInstanceOf(Promise);
    expect([bucket.available, tokens.available, slots.inFlight]).toEqual([4, 900, 1]);
  });

  test('takes nothing until every limit has tokens', async () => {
    await slots.acquire(2);
    const permit = admit([bucket, byTokens(), slots]);
    await clock.advance(10);
    expect([bucket.available, tokens.available]).toEqual([5, 1000]);
    slots.release();
    await permit;
    expect([bucket.available, tokens.available, slots.inFlight]).toEqual([4, 900, 2]);
  });

  test('cancel gives everything back', () => {
    (admit([bucket, byTokens(), slots]) as Permit).cancel();
    expect([bucket.available, tokens.available, slots.inFlight]).toEqual([5, 1000, 0]);
  });

  test('a cost of 0 skips the limit', () => {
    tokens.pauseFor(1000);
    (admit([bucket, byTokens()], { request: { size: 0 } }) as Permit).cancel();
    expect(tokens.available).toBe(1000);
  });

  test('admits nobody whose signal has aborted', () => {
    expect(() => admit([bucket, slots], { signal: AbortSignal.abort(new Error('stopped')) })).toThrow('stopped');
    expect([bucket.available, slots.inFlight]).toEqual([5, 0]);
  });

  test('calls a cost once for each attempt', () => {
    let calls = 0;
    void admit({ limiter: tokens, cost: () => (calls += 1) });
    expect(calls).toBe(1);
  });

  test('of a limit that is listed twice takes from it twice', async () => {
    const scarce = new TokenBucket({ rate: 1, capacity: 2, initial: 1, clock });
    const permit = admit([scarce, scarce]);
    expect([permit instanceof Promise, scarce.available]).toEqual([true, 1]);
    await clock.advance(1001);
    await permit;
    expect(scarce.available).toBeLessThan(0.1);
  });

  test('tells that it is a limit, and that its permits are held', () => {
    expect(limitGate(bucket)).toMatchObject({ isLimit: true });
    expect(admit(bucket)).toMatchObject({ held: true });
  });

  test('passes foreign limiters the options of the caller, without a maxWait if they name no maxWait', async () => {
    const seen: unknown[] = [];
    const foreign: RateLimiter = { acquire: async (_, options) => (seen.push(options), 0), tryAcquire: () => true };
    await admit(foreign);
    await admit(foreign, { remaining: -5 }, { priority: 2 });
    expect(seen).toEqual([{ maxWait: undefined }, { maxWait: 0, priority: 2 }]);
  });

  test.each([Number.NaN, -1, Infinity, '5'])('a number of tokens of %p is a fault of the policy', (wrong) => {
    const foreign: RateLimiter = { acquire: async () => 0, tryAcquire: () => true };
    const fault = faultOf(() => admit(foreign, {}, { tokens: wrong as number }));
    expect([fault.option, (fault.error as Error).message]).toEqual([
      'limiter',
      expect.stringMatching(/^limiter: cost takes a finite number ≥ 0, got /),
    ]);
  });

  test('takes nothing for 0 tokens', () => {
    expect(admit([bucket, slots], {}, { tokens: 0 })).not.toBeInstanceOf(Promise);
    expect([bucket.available, slots.inFlight]).toEqual([5, 0]);
  });

  test.each([Number.NaN, -1, 1001, Infinity, '5', undefined])('a cost of %p is a fault of the policy', (cost) => {
    const fault = faultOf(() => admit({ limiter: tokens, cost: () => cost as number }));
    expect(fault.option).toBe('limiter');
    expect(fault.error).toBeInstanceOf(typeof cost === 'number' ? RangeError : TypeError);
    expect(tokens.available).toBe(1000);
  });

  test('a cost or priority that throws, or a NaN priority, is a fault of the policy', () => {
    const error = new Error('no');
    const fail = (): never => {
      throw error;
    };
    expect(faultOf(() => admit({ limiter: tokens, cost: fail }))).toMatchObject({ option: 'limiter', error });
    expect(faultOf(() => admit(bucket, {}, { priority: fail }))).toMatchObject({ option: 'priority', error });
    const nan = faultOf(() => admit(bucket, {}, { priority: () => Number.NaN }));
    expect(nan).toMatchObject({ option: 'priority', error: expect.any(RangeError) });
    expect((nan.error as Error).message).toMatch(/^priority takes /);
  });

  const faultOf = (run: () => unknown): GateFault => {
    try {
      run();
    } catch (fault) {
      expect(fault).toBeInstanceOf(GateFault);
      return fault as GateFault;
    }
    throw new Error('no fault');
  };

  test('refuses at once a wait beyond maxWait or beyond the deadline', async () => {
    await bucket.acquire(5);
    for (const [options, remaining] of [
      [{ maxWait: 50 }, Infinity],
      [{}, 50],
    ] as const) {
      const error = await thrown(admit(bucket, { remaining }, options) as Promise<Permit>);
      expect(error).toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT', maxWait: 50 });
      expect(isOwnRefusal(error)).toBe(true);
    }
    expect(clock.now()).toBe(0);
  });

  test('serves by priority, which may be a function of the state', async () => {
    await slots.acquire(2);
    const order: number[] = [];
    const gate = limitGate(slots, { priority: (state: number) => state });
    for (const priority of [1, 3, 2]) {
      const admission = { request: undefined, state: priority as never, signal: undefined, remaining: Infinity };
      void (gate.admit(admission) as Promise<Permit>).then(() => order.push(priority));
    }
    for (let i = 0; i < 3; i += 1) {
      slots.release();
      await clock.advance(0);
    }
    expect(order).toEqual([3, 2, 1]);
  });

  test('reports before it releases', () => {
    const seen: string[] = [];
    const limiter: RateLimiter = {
      acquire: async () => 0,
      tryAcquire: () => true,
      report: ({ status }) => void seen.push(`report ${status}`),
      release: (n) => void seen.push(`release ${n}`),
    };
    return Promise.resolve(admit(limiter)).then(async (permit) => {
      await permit.end(failed(http(429)));
      expect(seen).toEqual(['report 429', 'release 1']);
    });
  });

  test('marks the rejection of a foreign limiter as a refusal', async () => {
    const refusal = new Error('queue is full');
    const limiter: RateLimiter = { acquire: () => Promise.reject(refusal), tryAcquire: () => false };
    await expect(admit(limiter)).rejects.toBe(refusal);
    expect(isOwnRefusal(refusal)).toBe(true);
  });

  test('pauses for the time that the server named, at most for the cap', async () => {
    const permit = admit(bucket, {}, { cap: 2000 }) as Permit;
    void permit.end(failed(http(429, { 'retry-after': '60' })));
    let at = 0;
    void bucket.acquire().then(() => (at = clock.now()));
    await clock.advance(10_000);
    expect(at).toBe(2000);
  });

  test('pauses for the cap when a reset is above it, whatever the status', async () => {
    const permit = admit([bucket, slots]) as Permit;
    void permit.end(succeeded({ status: 200, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '600' } }));
    let at = 0;
    void bucket.acquire().then(() => (at = clock.now()));
    expect(slots.tryAcquire()).toBe(true);
    await clock.advance(900_000);
    // It was lowered to what is left, too: a token comes in after the pause.
    expect(at).toBeCloseTo(300_100);
  });

  test('does not report a failure that says nothing about the server', () => {
    const seen: RateFeedback[] = [];
    bucket.report = (feedback) => void seen.push(feedback);
    void (admit(bucket) as Permit).end(failed(new Error('a bug')));
    expect(seen).toEqual([]);
    void (admit(bucket) as Permit).end(failed(Object.assign(new Error('late'), { name: 'TimeoutError' })));
    expect(seen).toEqual([{ timedOut: true, began: 0 }]);
  });

  test('settles successes with the value and the request', async () => {
    const settle = jest.fn(async () => 30);
    const permit = admit([byTokens(settle)]) as Permit;
    const value = { usage: 30 };
    void permit.end(succeeded(value));
    expect(settle).toHaveBeenCalledWith(value, { size: 100 });
    await clock.advance(0);
    expect(tokens.available).toBe(970);
  });

  test('does not settle failures, answers of 400 and above, and undefined', () => {
    const settle = jest.fn(() => undefined);
    void (admit(byTokens(settle)) as Permit).end(failed(http(500)));
    void (admit(byTokens(settle)) as Permit).end(succeeded({ status: 404, headers: {} }));
    expect(settle).not.toHaveBeenCalled();
    void (admit(byTokens(settle)) as Permit).end(succeeded());
    expect(settle).toHaveBeenCalledTimes(1);
    expect(tokens.available).toBe(700);
  });

  test('warns once about an error of settle, and changes nothing', async () => {
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const settle = async (): Promise<number> => {
      throw new Error('no usage');
    };
    for (let i = 0; i < 2; i += 1) void (admit(byTokens(settle)) as Permit).end(succeeded());
    void (admit(byTokens(() => Number.NaN)) as Permit).end(succeeded());
    void (admit(byTokens(() => undefined)) as Permit).end(succeeded());
    await clock.advance(0);
    expect(JSON.stringify(warning.mock.calls[0])).toContain('TENAX_SETTLE');
    expect(warning.mock.calls.map(([message]) => message)).toEqual([
      expect.stringMatching(/^settle of a limiter failed, nothing was changed: .*NaN$/),
      'settle of a limiter failed, nothing was changed: no usage',
    ]);
    expect(tokens.available).toBe(600);
    warning.mockRestore();
  });

  test('passes the request to keyed limiters', () => {
    const buckets = new TokenBuckets({ rate: 1, clock, key: ({ user }: { user: string }) => user });
    void admit([buckets, slots], { request: { user: 'a' } });
    expect((buckets.get('a') as TokenBucket).available).toBe(0);
  });

  test('ends the wait with the signal, and takes nothing', async () => {
    await bucket.acquire(5);
    const controller = new AbortController();
    const permit = admit([bucket, slots], { signal: controller.signal }) as Promise<Permit>;
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(permit).rejects.toBe(reason);
    expect(isOwnRefusal(reason)).toBe(false);
    expect([slots.inFlight, bucket.pending, clock.pending]).toEqual([0, 0, 0]);
  });

  test('admits at once in test mode', () => {
    const restore = setTesting();
    try {
      bucket.pauseFor(1000);
      const settle = jest.fn(() => 5);
      const permits = [1, 2, 3].map(() => admit([bucket, { limiter: slots, settle }]) as Permit);
      for (const permit of permits) void permit.end(succeeded());
      expect(slots.inFlight).toBe(0);
      expect(settle).not.toHaveBeenCalled();
    } finally {
      restore();
    }
  });

  test('throws for a value that is not a limit, and for several clocks', () => {
    expect(() => limitGate({} as never)).toThrow('limiter takes a rate limiter');
    expect(() => limitGate(null as never)).toThrow('limiter takes a rate limiter');
    expect(() => limitGate(new RetryBudgets() as never)).toThrow('limiter takes a rate limiter');
    expect(() => limitGate([])).toThrow(TypeError);
    expect(() => limitGate({ limiter: bucket, costs: 1 } as never)).toThrow('did you mean "cost"');
    expect(() => limitGate({ limiter: bucket, cost: 1 } as never)).toThrow('limiter: cost');
    expect(() => limitGate({ limiter: 5 } as never)).toThrow('limiter: limiter takes a rate limiter');
    expect(() => limitGate([bucket, new TokenBucket({ rate: 1 })])).toThrow('one clock');
    expect(() => limitGate(bucket, { maxWait: -1 })).toThrow('maxWait');
    expect(() => limitGate(bucket, { priority: Number.NaN })).toThrow('priority');
  });

  test('of before.acquire takes the given number of tokens', () => {
    const admission = { request: undefined, state: undefined, signal: undefined, remaining: Infinity };
    void acquireGate(bucket, 3).admit(admission);
    expect(bucket.available).toBe(2);
    expect(faultOf(() => acquireGate(bucket, 6).admit(admission)).option).toBe('before');
  });
});
