import fc from 'fast-check';
import { RetryStrategy, StopStrategy, retryIf, stop, wait } from 'tenax';
import { runs } from '../long';
import { stateAt } from './states';

/**
 * The laws of any, all, or, and, not: of retry conditions and of stops alike. A member answers true at some attempts and
 * false at others, at once or later.
 */
interface Answers {
  readonly at: readonly boolean[];
  readonly later: boolean;
}
const answers: fc.Arbitrary<Answers> = fc.record({
  at: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  later: fc.boolean(),
});
const member = ({ at, later }: Answers) => {
  const answer = (state: { attemptNumber: number }): boolean => at[state.attemptNumber - 1] as boolean;
  return later ? async (state: { attemptNumber: number }) => answer(state) : answer;
};

const kinds = {
  stop: {
    ...stop,
    make: (given: Answers): StopStrategy => stop.any(member(given)),
    ask: (each: StopStrategy) => Promise.all([1, 2, 3, 4].map((n) => each.shouldStop(stateAt(n)))),
    always: stop.afterAttempt(0),
  },
  retryIf: {
    ...retryIf,
    make: (given: Answers): RetryStrategy => retryIf.any(member(given)),
    ask: (each: RetryStrategy) => Promise.all([1, 2, 3, 4].map((n) => each.shouldRetry(stateAt(n)))),
    always: retryIf.always,
  },
};

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s', (name) => {
  const { any, all, never, always, make, ask } = kinds[name] as any;
  const same = async (one: unknown, other: unknown): Promise<void> => {
    expect(await ask(one)).toEqual(await ask(other));
  };
  const law = (title: string, holds: (a: any, b: any, c: any) => Promise<void>): void => {
    test(title, () =>
      fc.assert(
        fc.asyncProperty(answers, answers, answers, (a, b, c) => holds(make(a), make(b), make(c))),
        runs(60),
      ),
    );
  };

  law('is associative', async (a, b, c) => {
    await same(a.or(b).or(c), a.or(b.or(c)));
    await same(a.and(b).and(c), a.and(b.and(c)));
    await same(any(a, b, c), a.or(b, c));
    await same(all(a, b, c), a.and(b, c));
  });

  law('is commutative in its answer', async (a, b) => {
    await same(a.or(b), b.or(a));
    await same(a.and(b), b.and(a));
  });

  law('is idempotent', async (a) => {
    await same(a.or(a), a);
    await same(a.and(a), a);
    await same(any(a), a);
    await same(all(a), a);
  });

  law('has neutral and absorbing members', async (a) => {
    await same(a.or(never), a);
    await same(a.and(always), a);
    await same(a.or(always), always);
    await same(a.and(never), never);
  });

  law('absorbs and distributes', async (a, b, c) => {
    await same(a.or(a.and(b)), a);
    await same(a.and(a.or(b)), a);
    await same(a.and(b.or(c)), a.and(b).or(a.and(c)));
    await same(a.or(b.and(c)), a.or(b).and(a.or(c)));
  });

  law('is one flat any, one flat all', async (a, b, c) => {
    for (const flat of [a.or(b).or(c), a.or(b.or(c)), any(a, any(b, c))]) {
      expect(String(flat).match(/any/g)).toHaveLength(1);
    }
  });

  test('leaves its members as they are', async () => {
    const a = make({ at: [true, false, true, false], later: false });
    const printed = String(a);
    a.or(never);
    a.and(always);
    expect(String(a)).toBe(printed);
    expect(await ask(a)).toEqual([true, false, true, false]);
  });
});

describe('retryIf.not', () => {
  const { make, ask } = kinds.retryIf;

  test('is its own inverse, and keeps the laws of De Morgan', () =>
    fc.assert(
      fc.asyncProperty(answers, answers, async (one, other) => {
        const [a, b] = [make(one), make(other)];
        expect(await ask(a.not().not())).toEqual(await ask(a));
        expect(await ask(a.or(b).not())).toEqual(await ask(a.not().and(b.not())));
        expect(await ask(a.and(b).not())).toEqual(await ask(a.not().or(b.not())));
        expect((await ask(a.or(a.not()))).every(Boolean)).toBe(true);
      }),
      runs(100),
    ));
});

describe('wait', () => {
  const ms = fc.nat(1e6);

  test('adds: combine is associative and commutative, none is its zero', () => {
    fc.assert(
      fc.property(ms, ms, ms, (a, b, c) => {
        const at = stateAt(1);
        const [one, two, three] = [wait.fixed(a), wait.fixed(b), wait.fixed(c)];
        expect(one.plus(two).plus(three).delay(at)).toBe(one.plus(two.plus(three)).delay(at));
        expect(one.plus(two).delay(at)).toBe(two.plus(one).delay(at));
        expect(one.plus(wait.none()).delay(at)).toBe(a);
        expect(one.cappedAt(b).delay(at)).toBe(Math.min(a, b));
        expect(one.atLeast(b).delay(at)).toBe(Math.max(a, b));
      }),
    );
  });
});

test('strategies cannot be changed', () => {
  for (const each of [
    stop.afterAttempt(3),
    wait.fixed(5),
    retryIf.always,
    stop.any(stop.never),
    wait.none().cappedAt(1),
  ]) {
    expect(Object.isFrozen(each)).toBe(true);
    expect(() => {
      (each as any).delay = () => 0;
    }).toThrow(TypeError);
  }
  const given = { initial: 5 };
  const strategy = wait.exponential(given);
  given.initial = 9;
  expect([String(strategy), strategy.delay(stateAt(1))]).toEqual(['wait.exponential({ initial: 5 })', 5]);
});
