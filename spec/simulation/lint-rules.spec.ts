import {
  CircuitBreaker,
  StopStrategy,
  WaitStrategy,
  defineWait,
  option,
  retryIf,
  stop,
  wait,
  type RetryCallState,
  type RetryOptions,
} from 'tenax';
import { findingsOf } from '../../lib/simulation/lint-rules';
import { nextTurn } from '../../lib/base/clock';

const good: RetryOptions = {
  stop: stop.afterAttempt(8),
  wait: wait.exponentialJitter({ initial: 1000, max: 60_000 }),
  retryIf: retryIf.exceptionType(RangeError),
};
const codes = (options: RetryOptions): string[] => findingsOf({ ...good, ...options }).map(({ code }) => code);

class OwnWait extends WaitStrategy {
  override delay(): number {
    return 500;
  }
}

class OwnStop extends StopStrategy {
  override shouldStop(): boolean {
    return false;
  }
}

describe('findingsOf says', () => {
  test.each<[RetryOptions, object]>([
    [
      { stop: stop.never },
      { code: 'no-stop', option: 'stop', message: 'the call never gives up; name stop.afterAttempt(n) or a deadline' },
    ],
    [
      { wait: wait.none() },
      {
        code: 'no-wait',
        option: 'wait',
        message: 'failures are retried at once, which can overload a struggling server; name a wait',
      },
    ],
    [
      { wait: wait.fixed(5) },
      {
        code: 'no-jitter',
        option: 'wait',
        message: 'calls that fail together are retried together; add .withJitter(0.5) or use wait.exponentialJitter',
      },
    ],
    [
      { attemptTimeout: 5001, deadline: 5000 },
      {
        code: 'attempt-timeout-over-deadline',
        option: 'attemptTimeout',
        message: 'an attempt may take 5001 ms, the whole call only 5000 ms',
      },
    ],
    [
      { deadline: 999 },
      {
        code: 'wait-over-stop',
        option: 'wait',
        message: 'the first wait is 1000 ms, longer than the 999 ms that the call may take',
      },
    ],
    [
      { stop: stop.afterAttempt(7) },
      { code: 'cap-never-reached', option: 'wait', message: 'max: 60000 is never reached within 7 attempts' },
    ],
    [
      { wait: wait.exponentialJitter({ initial: 1, max: 60 }) },
      {
        code: 'looks-like-seconds',
        option: 'wait',
        message: 'wait.exponentialJitter({ initial: 1, max: 60 }) reads like seconds; durations are milliseconds',
      },
    ],
    [
      { retryIf: retryIf.always },
      {
        code: 'retries-programming-errors',
        option: 'retryIf',
        message:
          'every TypeError is retried, even one from a programming mistake; name the errors to retry with retryIf',
      },
    ],
  ])('of %p', (options, finding) => {
    expect(findingsOf({ ...good, ...options })).toEqual([finding]);
  });

  test('all that it finds', () => {
    expect(findingsOf({ wait: wait.fixed(5) }).map(({ code }) => code)).toEqual([
      'no-stop',
      'no-jitter',
      'retries-programming-errors',
    ]);
  });
});

describe('findingsOf on jitter', () => {
  test.each<[WaitStrategy]>([
    [wait.random()],
    [wait.randomExponential()],
    [wait.fullJitter()],
    [wait.exponentialJitter()],
    [wait.decorrelatedJitter()],
    [wait.fixed(5).withJitter(0.5)],
    [wait.retryAfter()],
    [wait.retryAfter({ max: 5000 })],
    [wait.retryAfter({ fallback: wait.fixed(5).withJitter(0.5) })],
    [wait.fixed(5).plus(wait.random())],
    [wait.chain(wait.fixed(5), wait.random()).cappedAt(50)],
  ])('finds it in %s', (strategy) => {
    expect(codes({ wait: strategy })).toEqual([]);
  });

  test.each<[string, RetryOptions['wait']]>([
    ['a function', () => 5],
    ['a class', new OwnWait()],
    ['a function beside a strategy', wait.fixed(5).plus(() => 5)],
    ['a function where the server says nothing', wait.retryAfter({ fallback: () => 5 })],
  ])('says nothing of what the user wrote: %s', (_what, strategy) => {
    expect(codes({ wait: strategy })).toEqual([]);
  });

  test('misses it in a sum without any', () => {
    expect(codes({ wait: wait.fixed(5).plus(wait.fixed(6)) })).toEqual(['no-jitter']);
  });

  test('misses it in the fallback of wait.retryAfter', () => {
    expect(codes({ wait: wait.retryAfter({ fallback: wait.fixed(5) }) })).toEqual(['no-jitter']);
  });
});

describe('findingsOf on no wait', () => {
  test.each<[string, RetryOptions['wait'], string[]]>([
    ['a function that never waits', () => 0, ['no-wait']],
    ['a wait that is none', wait.fixed(0), ['no-wait']],
    ['a wait that begins with none', wait.chain(wait.none(), wait.fixed(5)), ['no-jitter']],
    ['a wait that comes to none', wait.incrementing({ start: 5, increment: -5 }), ['no-jitter']],
    ['a function that waits at random', ({ random }) => random() * 100, []],
    ['a function that cannot be asked', () => Promise.resolve(0), []],
  ])('%s', (_what, strategy, found) => {
    expect(codes({ wait: strategy })).toEqual(found);
  });

  test.each([0, 1])('does not matter to a single attempt: stop.afterAttempt(%p)', (attempts) => {
    expect(codes({ stop: stop.afterAttempt(attempts), wait: undefined })).toEqual([]);
    expect(codes({ stop: stop.any(stop.afterDelay(5), stop.afterAttempt(attempts)), wait: undefined })).toEqual([]);
  });

  test('matters to two attempts, and to one and more', () => {
    expect(codes({ stop: stop.afterAttempt(2), wait: undefined })).toEqual(['no-wait']);
    expect(codes({ stop: stop.all(stop.afterDelay(5), stop.afterAttempt(1)), wait: undefined })).toEqual(['no-wait']);
  });
});

describe('findingsOf on time', () => {
  test.each<[string, RetryOptions, string[]]>([
    ['a deadline as long as the wait', { deadline: 1000 }, []],
    ['a stop as long as the wait', { stop: stop.beforeDelay(1000) }, []],
    ['a stop that is shorter', { stop: stop.beforeDelay(999) }, ['wait-over-stop']],
    [
      'the shortest of several stops',
      { stop: stop.any(stop.afterDelay(5000), stop.beforeDelay(999)) },
      ['wait-over-stop'],
    ],
    ['stops that have to agree', { stop: stop.all(stop.afterDelay(999), stop.afterAttempt(8)) }, []],
    ['jitter that may come below', { wait: wait.fixed(1000).withJitter(0.5), deadline: 600 }, []],
    ['jitter that may not', { wait: wait.fixed(1000).withJitter(0.5), deadline: 499 }, ['wait-over-stop']],
    ['an attempt as long as the call', { attemptTimeout: 5000, deadline: 5000 }, []],
    ['an attempt without a limit in a call with one', { deadline: 5000 }, []],
    ['a call that only a deadline ends', { stop: undefined, deadline: 5000 }, []],
    ['a function for a stop', { stop: () => false }, []],
    ['a class for a stop', { stop: new OwnStop() }, []],
  ])('%s', (_what, options, found) => {
    expect(codes(options)).toEqual(found);
  });
});

describe('findingsOf on delays that look like seconds', () => {
  test.each<[WaitStrategy, boolean]>([
    [wait.exponential({ initial: 0.5, max: 30 }), true],
    [wait.fullJitter({ max: 60 }), true],
    [wait.exponential({ initial: undefined, max: 60 }), true],
    [wait.exponential({ initial: 10, max: 300 }), true],
    [wait.exponential({ initial: 11, max: 300 }), false],
    [wait.random({ min: 1, max: 60 }), false],
    [wait.retryAfter({ fallback: wait.fibonacci({ initial: 1, max: 10 }) }), true],
    [wait.exponential({ initial: 5, max: 300 }).withJitter(0.5), true],
    [wait.exponential({ initial: 100, max: 300 }), false],
    [wait.exponential({ initial: 1, max: 301 }), false],
    [wait.exponential({ initial: 1 }), false],
    [wait.exponential(), false],
    [wait.exponential({ initial: 100, expBase: 2, max: 300 }), false],
    [wait.exponential({ initial: 0, max: 0 }), false],
    [wait.fixed(1), false],
  ])('%s: %p', (strategy, found) => {
    expect(codes({ wait: strategy }).includes('looks-like-seconds')).toBe(found);
  });
});

describe('findingsOf on a cap', () => {
  const within = (attempts: number, strategy: WaitStrategy): string[] =>
    codes({ wait: strategy, stop: stop.afterAttempt(attempts) }).filter((code) => code === 'cap-never-reached');
  const never = ['cap-never-reached'];

  test.each<[WaitStrategy, number]>([
    [wait.exponential({ initial: 1, max: 8 }), 5],
    [wait.randomExponential({ initial: 1, max: 8 }), 5],
    [wait.fullJitter({ initial: 1, max: 8 }), 5],
    [wait.exponentialJitter({ initial: 1, max: 8, jitter: 0 }), 5],
    [wait.exponentialJitter({ initial: 1, max: 8, jitter: 4 }), 4],
    [wait.fibonacci({ initial: 1, max: 8 }), 7],
    [wait.incrementing({ increment: 1, max: 8 }), 10],
    [wait.exponential({ initial: 1, max: 8 }).withJitter(0.5), 5],
    [wait.fixed(100).plus(wait.fullJitter({ initial: 1, max: 8 })), 5],
  ])('%s comes to it with %p attempts, and not with one less', (strategy, attempts) => {
    expect(within(attempts, strategy)).toEqual([]);
    expect(within(attempts - 1, strategy)).toEqual(never);
  });

  test.each<[string, WaitStrategy, number, string[]]>([
    ['a wait that falls from it', wait.incrementing({ start: 8, increment: -1, max: 8 }), 5, []],
    ['a single attempt', wait.exponential({ initial: 1, max: 8 }), 1, never],
    ['no cap', wait.exponential({ initial: 1 }), 5, []],
    ['a cap of Infinity', wait.exponential({ initial: 1, max: Infinity }), 5, []],
    ['no options', wait.exponential(), 5, []],
    ['a wait that does not grow', wait.retryAfter({ max: 8 }), 5, []],
    [
      'one where the server says nothing',
      wait.retryAfter({ fallback: wait.fibonacci({ max: 60_000 }) }),
      3,
      ['cap-never-reached'],
    ],
    ['999 attempts', wait.incrementing({ increment: 1, max: 5000 }), 999, never],
    ['a thousand attempts and more, which are not counted', wait.incrementing({ increment: 1, max: 5000 }), 1000, []],
  ])('%s', (_what, strategy, attempts, found) => {
    expect(within(attempts, strategy)).toEqual(found);
  });
});

describe('findingsOf asks', () => {
  test('the condition about a TypeError, and the wait about an error after the first attempt and later ones', () => {
    const asked: unknown[] = [];
    const note = (state: { outcome: unknown; fnName: string; args: readonly unknown[]; fn: () => unknown }): void => {
      const { attemptNumber, failed, error } = state.outcome as {
        attemptNumber: number;
        failed: boolean;
        error: Error;
      };
      asked.push([attemptNumber, failed, String(error), state.fnName, state.args, state.fn()]);
    };
    findingsOf({
      stop: stop.afterAttempt(3),
      wait: (state) => {
        note(state as never);
        return 5;
      },
      retryIf: (state) => {
        note(state as never);
        return false;
      },
    });
    const error = (attemptNumber: number) => [attemptNumber, true, 'Error: lint', 'simulated', [], undefined];
    const unlikeTheLast = asked.filter((each, i) => JSON.stringify(each) !== JSON.stringify(asked[i - 1]));
    expect(unlikeTheLast).toEqual([
      error(1),
      error(4),
      error(1),
      [1, true, 'TypeError: x is not a function', 'simulated', [], undefined],
    ]);
  });

  test.each([0, 1])('nothing of a TypeError that is not retried: stop.afterAttempt(%p)', (attempts) => {
    const found = (most: number) => codes({ stop: stop.afterAttempt(most), retryIf: retryIf.always, wait: undefined });
    expect(found(attempts)).toEqual([]);
    expect(found(2)).toEqual(['no-wait', 'retries-programming-errors']);
  });

  test('ignores strategies that throw for an unexpected kind of error', () => {
    const throwing = (): never => {
      throw new Error('no status');
    };
    expect(codes({ wait: throwing, retryIf: throwing })).toEqual([]);
  });

  test('leaves no unhandled rejection of an asynchronous condition', async () => {
    const later = async (): Promise<never> => Promise.reject(new Error('no status'));
    expect(codes({ wait: later, retryIf: later })).toEqual([]);
    const answer = { then: jest.fn() };
    expect(codes({ wait: () => answer as never })).toEqual([]);
    expect(answer.then).toHaveBeenCalledWith(undefined, expect.any(Function));
    await nextTurn();
  });
});

test('findingsOf finds no break that lasts longer than the retries of a policy without a limit of attempts', () => {
  const breaker = new CircuitBreaker();
  expect(codes({ stop: stop.never, breaker })).not.toContain('break-over-retries');
  expect(codes({ stop: stop.afterAttempt(2), breaker })).toContain('break-over-retries');
});

describe('findingsOf on the break of a breaker', () => {
  const jittered: RetryOptions['wait'] = ({ random }) => random() * 1000;

  test.each<[string, RetryOptions, number]>([
    ['all waits of a call', { stop: stop.afterAttempt(3), wait: wait.fixed(1000) }, 2000],
    ['the longest waits', { stop: stop.afterAttempt(3), wait: jittered }, 2000],
    ['the time that a call may take', { stop: stop.afterAttempt(3), wait: wait.fixed(1000), deadline: 1500 }, 1500],
  ])('compares it with %s', (_what, options, longest) => {
    const found = (breakFor: number): boolean =>
      codes({ ...options, breaker: new CircuitBreaker({ breakFor: () => breakFor }) }).includes('break-over-retries');
    expect([longest, longest + 1].map(found)).toEqual([false, true]);
  });
});

test('findingsOf finds no cap that is never reached in waits of your own without a cap', () => {
  const grows = {
    grows: true,
    delay:
      () =>
      ({ attemptNumber }: RetryCallState) =>
        attemptNumber,
  };
  const [plain, withOptions] = [
    defineWait({ name: 'plain', ...grows }),
    defineWait({ name: 'withOptions', options: { initial: option.duration }, defaults: { initial: 1 }, ...grows }),
  ];
  for (const own of [plain(), withOptions()]) expect(codes({ wait: own })).not.toContain('cap-never-reached');
});
