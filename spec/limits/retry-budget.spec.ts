import fc from 'fast-check';
import { retry, RetryBudget, RetryError, stop } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { runs } from '../long';

const RUNS = runs(50);

const events = fc.array(
  fc.record({
    first: fc.integer({ min: 0, max: 8 }),
    retries: fc.integer({ min: 0, max: 8 }),
    ms: fc.integer({ min: 0, max: 4000 }),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);

describe('RetryBudget', () => {
  test('keeps all retries within the ratio of first attempts when there is no floor', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.double({ min: 0, max: 2, noNaN: true }), async (steps, ratio) => {
        const clock = new VirtualClock();
        const budget = new RetryBudget({ ratio, minPerSecond: 0, clock });
        let attempts = 0;
        let retried = 0;
        for (const { first, retries, ms } of steps) {
          for (let i = 0; i < first; i += 1) budget.recordAttempt();
          attempts += first;
          for (let i = 0; i < retries; i += 1) if (budget.tryRetry()) retried += 1;
          expect(retried).toBeLessThanOrEqual(attempts * ratio + 1e-6);
          await clock.advance(ms);
        }
      }),
      RUNS,
    );
  });

  test('keeps the retries of every window within ratio · first attempts + floor', async () => {
    const window = 10_000;
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 0, max: 5 }), async (steps, tenths) => {
        const clock = new VirtualClock();
        const budget = new RetryBudget({ ratio: 0.2, minPerSecond: tenths / 10, window, clock });
        const attempts: number[] = [];
        const retried: number[] = [];
        for (const { first, retries, ms } of steps) {
          for (let i = 0; i < first; i += 1) attempts.push(clock.now());
          for (let i = 0; i < first; i += 1) budget.recordAttempt();
          for (let i = 0; i < retries; i += 1) if (budget.tryRetry()) retried.push(clock.now());
          await clock.advance(ms);
        }
        for (const to of retried) {
          const within = (times: number[]): number => times.filter((at) => at > to - window && at <= to).length;
          expect(within(retried)).toBeLessThanOrEqual(within(attempts) * 0.2 + tenths + 1e-6);
        }
      }),
      RUNS,
    );
  });

  test('goes on when fake timers begin the time of the process anew', () => {
    jest.useFakeTimers({ now: 0 });
    try {
      const budget = new RetryBudget({ ratio: 0, minPerSecond: 1, window: 1000 });
      jest.advanceTimersByTime(3_600_000);
      expect([budget.tryRetry(), budget.tryRetry()]).toEqual([true, false]);
      jest.useFakeTimers({ now: 0 });
      expect(budget.tryRetry()).toBe(false);
      jest.advanceTimersByTime(1000);
      expect(budget.tryRetry()).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  test('adds the floor to the ratio, and restores both after the window', async () => {
    const clock = new VirtualClock();
    const budget = new RetryBudget({ ratio: 0.2, minPerSecond: 1, window: 5000, clock });
    const spend = (): number => {
      let spent = 0;
      while (budget.tryRetry()) spent += 1;
      return spent;
    };
    for (let i = 0; i < 15; i += 1) budget.recordAttempt();
    expect(spend()).toBe(3 + 5);
    await clock.advance(4999);
    expect(spend()).toBe(0);
    await clock.advance(1);
    expect(spend()).toBe(5);
  });

  test('allows 20 % plus ten per second, over ten seconds, by default', () => {
    const budget = new RetryBudget({ clock: new VirtualClock() });
    for (let i = 0; i < 100; i += 1) budget.recordAttempt();
    let spent = 0;
    while (budget.tryRetry()) spent += 1;
    expect(spent).toBe(120);
  });

  test('counts only the first attempts of the last window', async () => {
    const clock = new VirtualClock();
    const budget = new RetryBudget({ ratio: 0.1, minPerSecond: 0, clock });
    for (let i = 0; i < 5000; i += 1) {
      budget.recordAttempt();
      if (i % 10 === 0) await clock.advance(500);
    }
    let spent = 0;
    while (budget.tryRetry()) spent += 1;
    // Ten seconds of them: 200.
    expect(spent).toBeGreaterThanOrEqual(18);
    expect(spent).toBeLessThanOrEqual(20);
  });

  test('is shared by policies: when it is spent, a failed call gives up at once', async () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 0.2, clock: new VirtualClock() });
    let attempts = 0;
    const fail = async (): Promise<void> => {
      attempts += 1;
      throw new Error('down');
    };
    const policy = { budget, stop: stop.afterAttempt(5) };
    const error: unknown = await retry(fail, policy)().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ stopReason: 'budget', attempts: 3 });
    await expect(retry(fail, { ...policy, reraise: true })()).rejects.toThrow('down');
    expect(attempts).toBe(4);
  });

  test('is asked last, so that calls that are not retried anyway do not spend it', async () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 0.1, clock: new VirtualClock() });
    const fail = (): Promise<void> => Promise.reject(new Error('down'));
    const once = { budget, stop: stop.afterAttempt(1) };
    await expect(retry(fail, once)()).rejects.toMatchObject({ stopReason: 'stop' });
    expect(budget.tryRetry()).toBe(true);
    expect(budget.tryRetry()).toBe(false);
  });

  test('uses real time and the defaults without options', () => {
    const budget = new RetryBudget();
    budget.recordAttempt();
    expect(budget.tryRetry()).toBe(true);
  });

  test('ignores rounding errors of ratio · attempts', () => {
    const allowed = (attempts: number, ratio: number): number => {
      const budget = new RetryBudget({ ratio, minPerSecond: 0, clock: new VirtualClock() });
      for (let i = 0; i < attempts; i += 1) budget.recordAttempt();
      let spent = 0;
      while (budget.tryRetry()) spent += 1;
      return spent;
    };
    // 28.999999999999996 in floating point.
    expect(allowed(100, 0.29)).toBe(29);
    expect(allowed(1, 1 - 1e-9)).toBe(1);
    expect(allowed(1, 1 - 3e-9)).toBe(0);
    expect(allowed(10, 0.3)).toBe(3);
  });

  const NUMBER = 'a finite number ≥ 0';
  test.each<[unknown, string]>([
    [5, 'RetryBudget takes an object with ratio, minPerSecond, window, clock, got 5'],
    [{ ratio: -1 }, `RetryBudget: ratio takes ${NUMBER}, got -1`],
    [{ ratio: Number.NaN }, `RetryBudget: ratio takes ${NUMBER}, got NaN`],
    [{ minPerSecond: -1 }, `RetryBudget: minPerSecond takes ${NUMBER}, got -1`],
    [{ window: 0 }, 'RetryBudget: window takes a finite number > 0, got 0'],
    [{ clock: {} }, 'RetryBudget: clock takes a clock, an object with now() and sleep(ms, signal), got an object'],
    [{ rate: 1 }, 'RetryBudget has no option "rate"; did you mean "ratio"?'],
  ])('refuses %j at once, naming the option and what it takes', (options, message) => {
    expect(() => new RetryBudget(options as never)).toThrow(new Error(message));
  });
});

test('A budget is not like new while a retry is counted', () => {
  const budget = new RetryBudget({ clock: new VirtualClock() });
  expect(budget.isLikeNew).toBe(true);
  budget.tryRetry();
  expect(budget.isLikeNew).toBe(false);
});
