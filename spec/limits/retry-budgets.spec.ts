import { ConcurrencyLimiter, PolicyError, RetryBudgets, Retrying, stop } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('RetryBudgets', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  test('keep one budget for each host, and one for all requests without a host', () => {
    const budgets = new RetryBudgets({ ratio: 1, minPerSecond: 0, clock });
    const down = budgets.for({ url: 'https://down.example/a' });
    down.recordAttempt();
    expect(down.tryRetry()).toBe(true);
    expect(budgets.for({ url: 'https://down.example/b' }).tryRetry()).toBe(false);
    budgets.for({ url: 'https://up.example/' }).recordAttempt();
    expect(budgets.for({ url: 'https://up.example/' }).tryRetry()).toBe(true);
    expect(budgets.for({})).toBe(budgets.for({ url: '/items' }));
    expect(budgets.size).toBe(3);
  });

  test('use the key of the request', () => {
    const budgets = new RetryBudgets({ key: (user: string) => user, clock });
    expect(budgets.for('a')).toBe(budgets.get('a'));
    expect(budgets.for('a')).not.toBe(budgets.for('b'));
    expect(() => budgets.for(5 as never)).toThrow('RetryBudgets: key must return a string, got 5');
  });

  test('fail the call with a PolicyError of budget when their key throws, and free what its limits granted', async () => {
    const wrong = new Error('no tenant');
    const budget = new RetryBudgets({
      key: () => {
        throw wrong;
      },
    });
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    for (const options of [{ budget }, { budget, limiter }]) {
      const call = new Retrying({ ...options, stop: stop.never }).call(() => 1);
      const error = (await call.catch((thrown: unknown) => thrown)) as PolicyError;
      expect(error).toBeInstanceOf(PolicyError);
      expect(error).toMatchObject({ option: 'budget', cause: wrong });
    }
    expect(limiter.inFlight).toBe(0);
  });

  test('drop a budget that counts nothing', async () => {
    const budgets = new RetryBudgets({ window: 1000, maxIdle: 100, clock });
    budgets.get('used').recordAttempt();
    await clock.advance(500);
    budgets.get('other');
    expect(budgets.size).toBe(2);
    await clock.advance(600);
    budgets.get('other');
    expect(budgets.size).toBe(1);
  });

  test('refuse wrong options at once', () => {
    expect(() => new RetryBudgets({ ratio: -1 })).toThrow('RetryBudget: ratio');
    expect(() => new RetryBudgets({ key: 'host' as never })).toThrow('RetryBudgets: key');
    expect(() => new RetryBudgets({ rate: 1 } as never)).toThrow('RetryBudgets has no option "rate"');
  });
});
