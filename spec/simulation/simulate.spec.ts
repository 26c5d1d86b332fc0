import { Retrying, retryIf, stop, wait } from 'tenax';
import { simulate } from 'tenax/simulation';

const fails = { outcomes: [new Error('down')], runs: 50 };

describe('simulate', () => {
  test('shows the timeline of a call', async () => {
    const policy = { stop: stop.afterAttempt(3), wait: wait.fixed(100) };
    const { timeline, attempts, totalWait } = await simulate(policy, {
      outcomes: [new Error('a'), 'fine'],
      attemptDuration: 10,
      runs: 50,
    });
    expect(timeline).toEqual([
      {
        attemptNumber: 1,
        start: 0,
        end: 10,
        wait: 100,
        outcome: { attemptNumber: 1, failed: true, error: new Error('a') },
      },
      { attemptNumber: 2, start: 110, end: 120, wait: 0, outcome: { attemptNumber: 2, failed: false, value: 'fine' } },
    ]);
    expect(attempts).toEqual({ min: 2, p50: 2, p95: 2, max: 2 });
    expect(totalWait).toEqual({ min: 100, p50: 100, p95: 100, max: 100 });
  });

  test('agrees with the closed form of a fixed wait', async () => {
    const { totalWait, worstCase, attempts } = await simulate(
      { stop: stop.afterAttempt(5), wait: wait.fixed(100) },
      fails,
    );
    expect(totalWait).toEqual({ min: 400, p50: 400, p95: 400, max: 400 });
    expect(worstCase).toBe(400);
    expect(attempts.max).toBe(5);
  });

  test('agrees with the closed form of an exponential wait: initial · (2ⁿ⁻¹ − 1)', async () => {
    const { totalWait, worstCase } = await simulate(
      { stop: stop.afterAttempt(6), wait: wait.exponential({ initial: 50 }) },
      fails,
    );
    expect(totalWait.p50).toBe(50 * 31);
    expect(worstCase).toBe(50 * 31);
  });

  test('agrees with the closed form of full jitter: half of the exponential in the middle, never all of it', async () => {
    const policy = { stop: stop.afterAttempt(6), wait: wait.fullJitter({ initial: 100 }) };
    const { totalWait, worstCase } = await simulate(policy, { ...fails, runs: 300, seed: 7 });
    const most = 100 * 31;
    expect(worstCase).toBe(most);
    // The sum of uniforms has mean most/2 and variance Σ(100·2ᵏ)²/12; the median is near the mean.
    const deviation = Math.sqrt([1, 2, 4, 8, 16].reduce((sum, k) => sum + (100 * k) ** 2, 0) / 12);
    expect(Math.abs(totalWait.p50 - most / 2)).toBeLessThan(deviation * 0.15);
    expect(totalWait.max).toBeLessThan(most);
    expect(totalWait.p95).toBeGreaterThan(most / 2 + deviation);
  });

  test('agrees with a call in real time', async () => {
    const policy = { stop: stop.afterAttempt(4), wait: wait.exponential({ initial: 10 }), reraise: true };
    const begun: number[] = [];
    await new Retrying(policy)
      .run(async () => {
        begun.push(performance.now());
        throw new Error('down');
      })
      .catch(() => undefined);
    const { timeline } = await simulate(policy, fails);
    timeline.forEach(({ start }, i) => {
      const real = (begun[i] as number) - (begun[0] as number);
      expect(real).toBeGreaterThanOrEqual(start - 1);
    });
    expect(timeline).toHaveLength(begun.length);
  });

  test('accepts functions for outcomes and durations, with the run’s random numbers', async () => {
    const simulation = await simulate(
      { stop: stop.afterAttempt(20), wait: wait.random({ max: 10 }) },
      {
        outcomes: (n, random) => (random() < 0.5 ? new Error(String(n)) : n),
        attemptDuration: (n) => n,
        runs: 150,
        seed: 3,
      },
    );
    expect(simulation.attempts.min).toBe(1);
    expect(simulation.attempts.p50).toBeLessThanOrEqual(2);
    expect(simulation.attempts.max).toBeGreaterThan(4);
  });

  test('is the same for the same seed, and another for another', async () => {
    const policy = { stop: stop.afterAttempt(5), wait: wait.exponentialJitter() };
    const [a, b, c] = await Promise.all([
      simulate(policy, { ...fails, seed: 1 }),
      simulate(policy, { ...fails, seed: 1 }),
      simulate(policy, { ...fails, seed: 2 }),
    ]);
    expect(a).toEqual(b);
    expect(a.totalWait).not.toEqual(c.totalWait);
  });

  test('keeps attemptTimeout and deadline on virtual time', async () => {
    const policy = { attemptTimeout: 50, deadline: 200, wait: wait.fixed(20) };
    const { timeline, worstCase } = await simulate(policy, { ...fails, attemptDuration: 1000, runs: 1 });
    expect(timeline.map(({ start, end }) => [start, end])).toEqual([
      [0, 50],
      [70, 120],
      [140, 190],
    ]);
    expect(worstCase).toBe(40);
  });

  test('answers Infinity for a policy that never ends', async () => {
    const { worstCase, attempts, totalWait } = await simulate(
      { stop: stop.never, wait: wait.fixed(5) },
      { ...fails, runs: 2 },
    );
    expect([worstCase, attempts.max, totalWait.min]).toEqual([Infinity, Infinity, Infinity]);
    const recovers = await simulate(
      { stop: stop.never, wait: wait.fixed(5) },
      { outcomes: [new Error('once'), 1], runs: 2 },
    );
    expect([recovers.worstCase, recovers.attempts.max]).toEqual([Infinity, 2]);
  });

  test("does not run the user's hooks, nor use the clock, the signal or the budget", async () => {
    const hook = jest.fn();
    const policy = new Retrying({
      stop: stop.afterAttempt(2),
      before: hook,
      after: hook,
      beforeSleep: hook,
      onGiveUp: hook,
      onSuccess: hook,
      retryErrorCallback: hook,
      sleep: hook,
      signal: AbortSignal.abort(),
    });
    const { attempts } = await simulate(policy, { ...fails, runs: 3 });
    expect(attempts.max).toBe(2);
    expect(hook).not.toHaveBeenCalled();
    expect(policy.totals.calls).toBe(0);
  });

  test('counts results that are retried', async () => {
    const policy = { stop: stop.afterAttempt(4), retryIf: retryIf.result((value) => value === 'pending') };
    expect((await simulate(policy, { outcomes: ['pending', 'pending', 'done'], runs: 5 })).attempts.max).toBe(3);
  });

  test('tells the fault of a strategy', async () => {
    const broken = { stop: stop.afterAttempt(2), wait: () => NaN };
    await expect(simulate(broken, fails)).rejects.toThrow(/^wait/);
  });
});
