import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  CircuitBreaker,
  ConcurrencyLimiter,
  PolicyError,
  RetryBudget,
  RetryError,
  retryIf,
  retryStream,
  stop,
  wait,
  type RetryCallState,
} from 'tenax';
import { VirtualClock, setTesting } from 'tenax/testing';
import { thrown } from '../thrown';
import { breakingSource, broken, read, soon, three } from './streams';

/** Gives two items and breaks off; from the second on three more. */
async function* twice(from = 1): AsyncGenerator<number> {
  yield from;
  yield from + 1;
  if (from === 1) throw broken;
  yield from + 2;
}
const resume = ({ last }: { last: number }): [number] => [last + 1];

describe('Until the first item, a stream', () => {
  test('retries a failure as that of a call', async () => {
    const { numbers, opened } = breakingSource(3, [1, 1]);
    const stream = retryStream(numbers, { stop: stop.afterAttempt(3) });
    expect(await read(stream())).toEqual([1, 2, 3]);
    expect(opened).toEqual([1, 1, 1]);
    expect(stream.retrying.totals).toMatchObject({ calls: 1, attempts: 3, retries: 2, succeeded: 1, failed: 0 });
  });

  test('gives up with a RetryError', async () => {
    const { numbers } = breakingSource(3, [1, 1, 1]);
    const error = await thrown<RetryError>(read(retryStream(numbers, { stop: stop.afterAttempt(3) })()));
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ attempts: 3, cause: broken });
  });

  test('lets retryIf.result refuse a first item, and closes its source', async () => {
    let closed = 0;
    let tries = 0;
    async function* items() {
      tries += 1;
      try {
        yield tries < 3 ? 'busy' : 'fine';
      } finally {
        closed += 1;
      }
    }
    const stream = retryStream(items, {
      stop: stop.afterAttempt(5),
      retryIf: retryIf.result((item) => item === 'busy'),
    });
    expect(await read(stream())).toEqual(['fine']);
    expect([tries, closed]).toEqual([3, 3]);
  });

  test.each([5, undefined, {}, () => undefined])('does not retry a function that returns %p', async (made) => {
    const fn = jest.fn(() => made as never);
    const stream = retryStream(fn, { stop: stop.afterAttempt(3), retryIf: retryIf.always });
    expect(await thrown(read(stream()))).toBeInstanceOf(TypeError);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test('bounds the time to the first item by attemptTimeout', async () => {
    const clock = new VirtualClock();
    let tries = 0;
    async function* slow() {
      tries += 1;
      if (tries === 1) await clock.sleep(1000);
      yield tries;
      await clock.sleep(1000);
      yield 'late';
    }
    const stream = retryStream(slow, { stop: stop.afterAttempt(2), attemptTimeout: 100, clock });
    const all = read(stream());
    await clock.advance(5000);
    expect(await all).toEqual([2, 'late']);
  });
});

describe('A stream fails before its source is opened', () => {
  test('where its signal aborted before', async () => {
    const opened = jest.fn(three);
    const stream = retryStream(opened, { stop: stop.never, signal: AbortSignal.abort(broken) })();
    expect(await thrown(stream.next())).toBe(broken);
    expect(opened).not.toHaveBeenCalled();
  });

  test('where its function for the signal throws', async () => {
    const signal = (): never => {
      throw broken;
    };
    const error = await thrown<PolicyError>(retryStream(three, { stop: stop.never, signal })().next());
    expect(error).toBeInstanceOf(PolicyError);
    expect([error.option, error.cause]).toEqual(['signal', broken]);
  });
});

describe('A first item that is refused', () => {
  test('fails the stream where no attempt is left', async () => {
    const stream = retryStream(three, { stop: stop.afterAttempt(2), retryIf: retryIf.result(() => true) })();
    expect(await thrown(stream.next())).toMatchObject({ code: 'TENAX_RETRY_EXHAUSTED', attempts: 2 });
  });

  test('runs the after hooks, under a limit too', async () => {
    const after = jest.fn();
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const options = { stop: stop.afterAttempt(2), retryIf: retryIf.result(() => true), limiter, after };
    await thrown(retryStream(three, options)().next());
    expect(after).toHaveBeenCalledTimes(2);
  });
});

describe('After an item, a stream', () => {
  test('ends with that same error where nothing says how to resume', async () => {
    const { numbers, opened } = breakingSource(3, [2]);
    const onGiveUp = jest.fn();
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), onGiveUp })();
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(await thrown(items.next())).toBe(broken);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(opened).toEqual([1]);
    expect(onGiveUp).toHaveBeenCalledTimes(1);
  });

  test('starts the policy over with each item: three failures in a row without an item give up', async () => {
    const { numbers } = breakingSource(9, [2, 2, 3, 3, 4, 4, 4]);
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), resume: ({ last }) => [last + 1] })();
    const all: number[] = [];
    const error = await thrown<RetryError>(
      (async () => {
        for await (const item of items) all.push(item);
      })(),
    );
    expect(all).toEqual([1, 2, 3]);
    expect(error).toMatchObject({ attempts: 3, cause: broken });
    expect(error.errors).toHaveLength(3);
  });

  test('does not call resume after an abort', async () => {
    const caller = new AbortController();
    const { numbers } = breakingSource(3, [2]);
    const resume = jest.fn(() => [2] as [number]);
    const items = retryStream(numbers, {
      stop: stop.never,
      signal: caller.signal,
      retryIf: ({ outcome }) => {
        if (outcome.failed) caller.abort(new Error('enough'));
        return outcome.failed;
      },
      resume,
    })();
    expect((await items.next()).value).toBe(1);
    expect(await thrown<Error>(items.next())).toMatchObject({ message: 'enough' });
    await soon();
    expect(resume).not.toHaveBeenCalled();
  });

  test('calls resume before beforeSleep', async () => {
    const order: string[] = [];
    const { numbers } = breakingSource(3, [2]);
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(3),
      resume: ({ last }): [number] => {
        order.push('resume');
        return [last + 1];
      },
      beforeSleep: () => {
        order.push('beforeSleep');
      },
    });
    await read(stream());
    expect(order).toEqual(['resume', 'beforeSleep']);
  });
});

test('An abort in the sleep before a second attempt is told with the number of that attempt', async () => {
  const clock = new VirtualClock();
  const caller = new AbortController();
  const told: number[] = [];
  const listener = (message: unknown): void =>
    void told.push((message as { state: RetryCallState }).state.attemptNumber);
  subscribe('tenax:abort', listener);
  const options = { stop: stop.never, wait: wait.fixed(100), clock, signal: caller.signal };
  const pending = thrown(retryStream(() => Promise.reject(broken), options)().next());
  await clock.advance(10);
  caller.abort(broken);
  expect(await pending).toBe(broken);
  unsubscribe('tenax:abort', listener);
  expect(told).toEqual([2]);
});

describe('The policy of a retried stream', () => {
  test('counts elapsed from the next() that asks for the next item', async () => {
    const clock = new VirtualClock();
    const seen: [number, number | undefined][] = [];
    const slow = async function* (from = 1): AsyncGenerator<number> {
      yield from;
      await clock.sleep(50);
      if (from === 1) throw broken;
    };
    const items = retryStream(slow, {
      stop: stop.afterAttempt(2),
      resume,
      clock,
      beforeSleep: ({ attemptNumber, elapsed }: RetryCallState) => void seen.push([attemptNumber, elapsed]),
    })();
    await items.next();
    await clock.advance(1000);
    expect(await clock.run(items.next(), { quiet: 0 })).toEqual({ done: false, value: 2 });
    expect(seen).toEqual([[1, 50]]);
    await items.return();
  });

  test('lets the breaker see how an attempt began, and not how its source ended', async () => {
    const breaker = new CircuitBreaker({ failures: 1 });
    const stream = retryStream(twice, { stop: stop.afterAttempt(1), breaker });
    expect(await thrown(read(stream()))).toBe(broken);
    expect(breaker.state).toBe('closed');
    const refused = retryStream(async () => Promise.reject(broken), { stop: stop.afterAttempt(1), breaker });
    await thrown(read(refused()));
    expect(breaker.state).toBe('open');
  });

  test('spends the budget for a resumption as for a retry', async () => {
    const budget = { recorded: 0, spent: 0, recordAttempt: () => void (budget.recorded += 1), tryRetry: () => false };
    const stream = retryStream(twice, { stop: stop.afterAttempt(3), resume, budget: budget as unknown as RetryBudget });
    expect(await thrown(read(stream()))).toMatchObject({ stopReason: 'budget', cause: broken });
    expect(budget.recorded).toBe(1);
  });

  test('passes an abort on although there is a fallback', async () => {
    const caller = new AbortController();
    const fallback = jest.fn(() => twice(2));
    const stream = retryStream(twice, {
      stop: stop.never,
      wait: wait.fixed(60_000),
      signal: caller.signal,
      fallback,
    })();
    await stream.next();
    const reason = new Error('enough');
    caller.abort(reason);
    expect(await thrown(stream.next())).toBe(reason);
    expect(fallback).not.toHaveBeenCalled();
  });

  test('makes one attempt in test mode, and does not sleep', async () => {
    const restore = setTesting();
    try {
      const stream = retryStream(twice, { stop: stop.never, wait: wait.fixed(60_000), resume });
      expect(await thrown(read(stream()))).toMatchObject({ attempts: 1, cause: broken });
    } finally {
      restore();
    }
    const resumed = setTesting({ attempts: 2 });
    try {
      const stream = retryStream(twice, { stop: stop.never, wait: wait.fixed(60_000), resume });
      expect(await read(stream())).toEqual([1, 2, 3, 4, 5]);
    } finally {
      resumed();
    }
  });
});
