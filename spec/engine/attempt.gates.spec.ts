import {
  AttemptTimeoutError,
  ConcurrencyLimiter,
  RateLimitTimeoutError,
  Retrying,
  before,
  retryIf,
  stop,
  type RateLimiter,
  type RetryError,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { processContext, type RunningAttempt } from '../../lib/base/process-context';
import { isOwnRefusal, type QuickPermit } from '../../lib/call/gate';
import type { Outcome } from '../../lib/call/outcome';
import { createRetrying } from '../../lib/engine/retrying';
import { thrown } from '../thrown';

const broken = new Error('broken');
const hanging = (): Promise<never> => new Promise(() => undefined);
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A gate that admits a first attempt without knowing anything of it, and what it was told. */
function quickGate() {
  const told: unknown[] = [];
  const permit: QuickPermit = {
    signal: undefined,
    remaining: () => Infinity,
    confirm: () => undefined,
    waiting: () => undefined,
    cancel: () => void told.push('cancel'),
    end: (outcome: Outcome) => void told.push(outcome),
  };
  const gate = { admit: jest.fn(() => permit), quick: jest.fn(() => permit) };
  return { gate, permit, told, options: { stop: stop.afterAttempt(2), before: before.admit(gate) } };
}

describe('A single gate that needs to know nothing of an attempt', () => {
  test('admits the first attempt, stands for it while it begins, and learns its value', async () => {
    const { gate, permit, told, options } = quickGate();
    const policy = new Retrying(options);
    const call = policy.call(async () => processContext.running);
    expect(processContext.running).toBeUndefined();
    expect(await call).toBe(permit);
    expect(told).toEqual([{ attemptNumber: 1, failed: false, value: permit }]);
    expect([gate.quick.mock.calls.length, gate.admit.mock.calls.length]).toEqual([1, 0]);
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, succeeded: 1, failed: 0 });
  });

  test.each([
    [
      'throws',
      (): never => {
        throw broken;
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(broken)],
  ])('learns that the first attempt %s, and admits the next one with all that is known', async (_how, fails) => {
    const { gate, told, options } = quickGate();
    let made = 0;
    expect(await new Retrying(options).call(() => ((made += 1) === 1 ? fails() : made))).toBe(2);
    expect(processContext.running).toBeUndefined();
    expect(told).toEqual([
      { attemptNumber: 1, failed: true, error: broken },
      { attemptNumber: 2, failed: false, value: 2 },
    ]);
    expect([gate.quick.mock.calls.length, gate.admit.mock.calls.length]).toEqual([1, 1]);
  });

  test('refuses the first attempt with what it throws, which is not retried', async () => {
    const { gate, told, options } = quickGate();
    const refusal = new Error('full');
    gate.quick.mockImplementation(() => {
      throw refusal;
    });
    const fn = jest.fn();
    const policy = new Retrying(options);
    expect(await thrown(policy.call(fn))).toBe(refusal);
    expect(isOwnRefusal(refusal)).toBe(true);
    expect([fn.mock.calls.length, told]).toEqual([0, []]);
    expect(policy.totals).toMatchObject({ calls: 1, attempts: 1, failed: 1 });
  });

  test('is asked with all that is known where it is not alone', async () => {
    const { gate, options } = quickGate();
    await new Retrying({ ...options, before: [options.before, () => undefined] }).call(() => 1);
    expect([gate.quick.mock.calls.length, gate.admit.mock.calls.length]).toEqual([0, 1]);
  });
});

test.each<[string, RetryOptions]>([
  ['a hook', { before: () => undefined }],
  ['a gate', { before: quickGate().options.before, attemptTimeout: 1000 }],
])('A budget counts a first attempt behind %s once', async (_what, options) => {
  const budget = { recordAttempt: jest.fn(), tryRetry: () => true };
  let made = 0;
  const fn = (): number => {
    if ((made += 1) < 3) throw broken;
    return made;
  };
  expect(await new Retrying({ stop: stop.never, budget, clock: new VirtualClock(), ...options }).call(fn)).toBe(3);
  expect(budget.recordAttempt).toHaveBeenCalledTimes(1);
});

describe('What runs inside an attempt', () => {
  const running = (): RunningAttempt => processContext.running as RunningAttempt;

  test('finds the time that is left, and tells the gates when it waits', async () => {
    const waiting = jest.fn();
    const gate = before.admit({ admit: () => ({ cancel: jest.fn(), end: () => undefined, waiting }) });
    const clock = new VirtualClock();
    const seen: number[] = [];
    const fn = (): void => {
      running().waiting?.(true);
      running().confirm();
      running().waiting?.(false);
      seen.push(running().remaining());
    };
    await new Retrying({ deadline: 100, clock, before: gate }).call(fn);
    await new Retrying({ stop: stop.never, before: gate }).call(fn);
    expect(waiting.mock.calls).toEqual([[true], [false], [true], [false]]);
    expect(seen).toEqual([100, Infinity]);
  });

  test('may tell that it waits where there is a signal and no gate', async () => {
    const { signal } = new AbortController();
    const fn = (): string => {
      running().waiting?.(true);
      running().confirm();
      return 'done';
    };
    expect(await new Retrying({ stop: stop.never, signal }).call(fn)).toBe('done');
  });

  test('is cut off by attemptTimeout while it waits', async () => {
    const clock = new VirtualClock();
    const fn = (): Promise<never> => {
      running().waiting?.(true);
      return hanging();
    };
    for (const [limit, Failure] of [
      ['attemptTimeout', AttemptTimeoutError],
      ['deadline', RateLimitTimeoutError],
    ] as const) {
      const call = new Retrying({ stop: stop.afterAttempt(1), reraise: true, [limit]: 100, clock }).call(fn);
      expect(await thrown(clock.run(call))).toBeInstanceOf(Failure);
    }
  });

  test('finds the attempt around its own where nothing is known of that', async () => {
    const clock = new VirtualClock();
    const inner = createRetrying({ stop: stop.never }, { quiet: true, mayResend: () => false });
    const found = await new Retrying({ deadline: 100, clock }).call(async () => {
      const outer = running();
      return [outer, await inner.call(() => running())];
    });
    expect(found[0]).toBeDefined();
    expect(found[1]).toBe(found[0]);
  });
});

test('A slot is free again when the caller aborts, even if the function ignores its signal', async () => {
  const caller = new AbortController();
  const limiter = new ConcurrencyLimiter({ limit: 1 });
  const call = thrown(new Retrying({ stop: stop.never, limiter, signal: caller.signal }).call(hanging));
  await soon();
  expect(limiter.inFlight).toBe(1);
  caller.abort(broken);
  expect(await call).toBe(broken);
  await soon();
  expect(limiter.inFlight).toBe(0);
});

test('A limiter of your own that does not answer until the deadline refuses the attempt, which is judged like any other', async () => {
  const clock = new VirtualClock();
  const limiter: RateLimiter = { acquire: hanging, tryAcquire: () => true };
  const after = jest.fn();
  const policy = new Retrying({ deadline: 100, clock, limiter, retryIf: retryIf.always, after });
  const error = await thrown<RetryError>(clock.run(policy.call(() => 1)));
  expect(error).toMatchObject({ stopReason: 'deadline', cause: expect.any(RateLimitTimeoutError) });
  expect(after).toHaveBeenCalledTimes(1);
});
