import {
  allOf,
  before,
  Break,
  CircuitBreaker,
  CircuitBreakers,
  PolicyError,
  retry,
  RetryBudget,
  RetryBudgets,
  Retrying,
  stop,
  Throttle,
  TokenBucket,
  TokenBuckets,
  wait,
  type RateLimiter,
  type RetryCallState,
} from 'tenax';
import { GATE } from '../../lib/call/gate';
import { breakerGate, checkBreaker, checkLimits, limiterGate } from '../../lib/engine/gate-options';
import { thrown } from '../thrown';

/** A limiter of the user's own that grants at once and notes what it is asked. */
function ownLimiter() {
  const asked: unknown[] = [];
  const limiter: RateLimiter = {
    acquire: (tokens, options) => {
      asked.push(['acquire', tokens, options?.priority, options?.maxWait]);
      return Promise.resolve(0);
    },
    tryAcquire: () => true,
    release: (tokens) => void asked.push(['release', tokens]),
    settle: (acquired, used) => void asked.push(['settle', acquired, used]),
  };
  return { limiter, asked };
}

describe('the option limiter takes limiters of your own', () => {
  test('alone, with priority and maxWait', async () => {
    const { limiter, asked } = ownLimiter();
    await retry(() => 1, { stop: stop.never, limiter, priority: 3, maxWait: 50 })();
    expect(asked).toEqual([
      ['acquire', 1, 3, 50],
      ['release', 1],
    ]);
  });

  test('with a cost and settle', async () => {
    const { limiter, asked } = ownLimiter();
    const settle = (value: number, state: RetryCallState): number => value + state.attemptNumber;
    await retry(() => 6, { stop: stop.never, limiter: { limiter, cost: () => 2, settle } })();
    expect(asked).toEqual([
      ['acquire', 2, 0, undefined],
      ['release', 2],
      ['settle', 2, 7],
    ]);
  });

  test('several together, and by key', async () => {
    const one = ownLimiter();
    const other = ownLimiter();
    await retry(() => 1, { stop: stop.never, limiter: [one.limiter, { for: () => other.limiter }] })();
    expect(one.asked).toContainEqual(['release', 1]);
    expect(other.asked).toContainEqual(['release', 1]);
  });

  test.each([
    ['priority', { priority: () => NaN }],
    [
      'priority',
      {
        priority: (): number => {
          throw new Error('no');
        },
      },
    ],
    ['priority', { priority: (() => Promise.reject(new Error('no'))) as never }],
  ])('a wrong %s is a PolicyError', async (option, options) => {
    for (const limiter of [ownLimiter().limiter, new TokenBucket({ rate: 1 })]) {
      const error = (await thrown(retry(() => 1, { stop: stop.never, limiter, ...options })())) as PolicyError;
      expect(error).toBeInstanceOf(PolicyError);
      expect(error.option).toBe(option);
    }
  });

  test.each([[{}], [5], ['bucket'], [null], [[]], [[{}]], [[undefined]]])('refuses %p', (limiter) => {
    expect(() => checkLimits('limiter', limiter)).toThrow(TypeError);
    expect(() => new Retrying({ limiter: limiter as never })).toThrow(/^limiter takes/);
  });
});

test('A limit that brings its gate along makes that of all of them, with what the policy says of waiting', () => {
  const gate = { admit: jest.fn() };
  const bearer = { for: jest.fn(), [GATE]: jest.fn(() => gate) };
  const limits = [ownLimiter().limiter, { limiter: bearer, cost: 2 }] as never;
  const waits = { priority: 1, maxWait: 50 };
  expect(limiterGate(limits, wait.retryAfter({ max: 7 }), waits)).toBe(gate);
  expect(bearer[GATE].mock.calls).toEqual([[limits, { ...waits, cap: 7 }]]);
});

describe('limiter, breaker and budget are not mistaken for one another', () => {
  const limits = [new TokenBucket({ rate: 1 }), new TokenBuckets({ rate: 1 }), allOf(new TokenBucket({ rate: 1 }))];
  const breakers = [new CircuitBreaker(), new CircuitBreakers()];
  const budgets = [new RetryBudget(), new RetryBudgets()];
  test.each([
    ['limiter', [...breakers, ...budgets]],
    ['breaker', [...limits, ...budgets]],
    ['budget', [...limits, ...breakers]],
  ] as const)('by the option %s', (name, others) => {
    for (const other of others) {
      expect(() => new Retrying({ stop: stop.never, [name]: other })).toThrow(new RegExp(`^${name} takes`));
    }
  });

  test('by allOf, before.acquire, @Throttle and @Break', () => {
    for (const other of [...breakers, ...budgets] as never[]) {
      expect(() => allOf(other)).toThrow(/^allOf takes/);
      expect(() => before.acquire(other)).toThrow(/^before.acquire takes/);
      expect(() => Throttle(other)).toThrow(/^@Throttle takes/);
    }
    for (const other of [...limits, ...budgets] as never[]) expect(() => Break(other)).toThrow(/^@Break takes/);
  });
});

describe('the option breaker', () => {
  test.each([[{}], [5], [null], [() => undefined]])('refuses %p', (breaker) => {
    expect(() => {
      checkBreaker('breaker', breaker);
    }).toThrow(/^breaker takes a CircuitBreaker or CircuitBreakers/);
  });

  test('takes the gate that a breaker makes of itself', () => {
    const gate = { admit: jest.fn() };
    const breaker = { [GATE]: jest.fn(() => gate) };
    expect(breakerGate(breaker)).toBe(gate);
    expect(breaker[GATE].mock.calls).toEqual([[[breaker], {}]]);
  });

  test('takes a breaker', () => {
    expect(() => {
      checkBreaker('breaker', new CircuitBreaker());
    }).not.toThrow();
  });
});
