import { WaitStrategy, wait, type RetryCallState } from 'tenax';
import { answered, delays, raised, stateAt } from './states';

const MOST = Number.MAX_VALUE;

describe('where the numbers end', () => {
  test('incrementing ends at the largest number, at max, or at 0', () => {
    expect(wait.incrementing({ start: MOST, increment: MOST }).delay(stateAt(3))).toBe(MOST);
    expect(wait.incrementing({ start: 1, increment: MOST, max: 7 }).delay(stateAt(9))).toBe(7);
    expect(wait.incrementing({ start: 1, increment: -MOST }).delay(stateAt(9))).toBe(0);
  });

  test('an exponential of 0 stays 0, and one with base 0 has its first delay alone', () => {
    expect(wait.exponential({ initial: 0 }).delay(stateAt(5000))).toBe(0);
    expect(delays(wait.exponential({ initial: 8, expBase: 0 }), 3)).toEqual([8, 0, 0]);
    expect(delays(wait.exponential({ initial: 8, expBase: 0.5 }), 3)).toEqual([8, 4, 2]);
    expect(wait.exponential({ max: 7 }).delay(stateAt(5000))).toBe(7);
    expect(wait.exponentialJitter({ initial: 0, jitter: 4 }).delay(stateAt(5000))).toBe(2);
    for (const each of [wait.fullJitter(), wait.randomExponential()]) expect(each.delay(stateAt(5000))).toBe(MOST / 2);
  });

  test('fibonacci of 0 stays 0, and the largest number that is one is still itself', () => {
    expect(wait.fibonacci({ initial: 0 }).delay(stateAt(5000))).toBe(0);
    expect(wait.fibonacci({ initial: 1 }).delay(stateAt(1476))).toBe(1.3069892237633987e308);
    expect(wait.fibonacci({ initial: 1 }).delay(stateAt(1477))).toBe(MOST);
    expect(wait.fibonacci({ max: 7 }).delay(stateAt(5000))).toBe(7);
  });

  test('decorrelatedJitter begins at 1000, has no bound of its own, and never overflows', () => {
    const at = (attempt: number, upcomingSleep: number, chance: number) =>
      stateAt(attempt, { upcomingSleep, random: () => chance });
    const strategy = wait.decorrelatedJitter();
    expect(strategy.delay(at(1, 50_000, 0))).toBe(1000);
    expect(strategy.delay(at(1, 50_000, 0.5))).toBe(2000);
    expect(strategy.delay(at(2, 50_000, 0.5))).toBe(75_500);
    expect(strategy.delay(at(2, MOST, 0.5))).toBeCloseTo(MOST / 2);
    // A sleep below the base, of another part of the policy, shortens nothing.
    expect(strategy.delay(at(2, 10, 0.9))).toBe(1000);
    expect(wait.decorrelatedJitter({ base: 10, max: 20 }).delay(at(1, 0, 0.9))).toBe(20);
  });

  test('a sum has Infinity only from a member, and at once or later the same', async () => {
    const large = wait.fixed(MOST);
    expect(wait.combine(large, large).delay(stateAt(1))).toBe(MOST);
    expect(await wait.combine(large, () => Promise.resolve(MOST)).delay(stateAt(1))).toBe(MOST);
    expect(await wait.combine(wait.fixed(1), () => Promise.resolve(Infinity)).delay(stateAt(1))).toBe(Infinity);
    expect(wait.combine(wait.fixed(1)).delay(stateAt(1))).toBe(1);
  });

  test('a sum or a change of what is no delay is that, so that the engine refuses it', async () => {
    for (const wrong of [-1, NaN, '5', undefined] as number[]) {
      const own = wait.chain(() => wrong);
      const waits = [
        wait.fixed(1).plus(own),
        own.plus(wait.fixed(1)),
        own.atLeast(3),
        own.cappedAt(3),
        own.withJitter(1),
      ];
      expect(waits.map((each) => each.delay(stateAt(1)))).toEqual(waits.map(() => wrong));
      expect(await wait.combine(() => Promise.resolve(wrong), wait.fixed(Infinity)).delay(stateAt(1))).toBe(wrong);
    }
  });

  test('a sum of which one member throws throws, and drops the rejections of those asked before', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const late = wait.combine(
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('at once');
      },
    );
    expect(() => late.delay(stateAt(1))).toThrow('at once');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('a chain in a chain keeps its own count', () => {
    const nested = wait.chain(wait.chain(wait.fixed(1), wait.fixed(2)), wait.fixed(3));
    expect(delays(nested, 3)).toEqual([1, 3, 3]);
    expect(String(nested)).toBe('wait.chain(wait.chain(wait.fixed(1), wait.fixed(2)), wait.fixed(3))');
  });

  test('a chain before the first attempt has ended is its first', () => {
    expect(wait.chain(wait.fixed(1), wait.fixed(2)).delay(stateAt(0))).toBe(1);
  });
});

describe('a wait that changes another', () => {
  const later = (ms: number) => wait.chain(() => Promise.resolve(ms));

  test('waits for its answer', async () => {
    expect(await later(10).cappedAt(5).delay(stateAt(1))).toBe(5);
    expect(await later(1).atLeast(5).delay(stateAt(1))).toBe(5);
    expect(await later(100).withJitter(0.5).delay(stateAt(1))).toBe(75);
  });

  test('leaves what is within', () => {
    expect(wait.fixed(4).cappedAt(5).delay(stateAt(1))).toBe(4);
    expect(wait.fixed(6).atLeast(5).delay(stateAt(1))).toBe(6);
    expect(wait.fixed(100).withJitter(0).delay(stateAt(1))).toBe(100);
  });

  test('keeps Infinity, which gives the call up', () => {
    const never = wait.fixed(Infinity);
    expect(never.cappedAt(5).delay(stateAt(1))).toBe(Infinity);
    expect(never.atLeast(5).delay(stateAt(1))).toBe(Infinity);
    expect(never.withJitter(1).delay(stateAt(1, { random: () => 0 }))).toBe(Infinity);
  });
});

describe('chance', () => {
  test('comes from the state, and where a state made by hand has none from Math.random', () => {
    const byHand = { attemptNumber: 1 } as RetryCallState;
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.25);
    try {
      expect(wait.random().delay(byHand)).toBe(250);
      expect(wait.random().delay(stateAt(1, { random: () => 0 }))).toBe(0);
      expect(random).toHaveBeenCalledTimes(1);
    } finally {
      random.mockRestore();
    }
  });
});

describe('the server’s own answer', () => {
  const told = (retryAfter: unknown) => raised(Object.assign(new Error(), { retryAfter }));

  test('is taken from any object that was thrown, and from nothing else', () => {
    const strategy = wait.retryAfter({ fallback: wait.fixed(7) });
    expect(strategy.delay(raised({ retryAfter: 20 }))).toBe(20);
    for (const state of [raised(null), raised(undefined), raised('text'), answered({ retryAfter: 20 })]) {
      expect(strategy.delay(state)).toBe(7);
    }
    const running = raised({ retryAfter: 20 });
    running.outcome = undefined;
    expect(strategy.delay(running)).toBe(7);
  });

  test('may be as long as it says where max is Infinity', () => {
    expect(wait.retryAfter({ max: Infinity }).delay(told(1e15))).toBe(1e15);
    expect(wait.retryAfter({ max: 0 }).delay(told(1))).toBe(Infinity);
  });

  test('is replaced by default by at most a minute, spread at its cap too', () => {
    expect(wait.retryAfter().delay(stateAt(20))).toBe(45_000);
  });
});

describe('a wait of one’s own', () => {
  test('is of the family of waits', () => {
    class Own extends WaitStrategy {
      delay(): number {
        return 1;
      }
    }
    expect(new Own().family).toBe('wait');
    expect(() => new Own().toJSON()).toThrow(new TypeError('wait: new Own() cannot be written as JSON'));
  });
});
