import { Readable } from 'node:stream';
import { CircuitBreaker, RetryBudget, retryIf, retryStream, stop, wait, type RetryCallState } from 'tenax';
import { VirtualClock, setTesting } from 'tenax/testing';
import { thrown } from '../thrown';

const broken = new Error('broken');
const read = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
/** Gives two items and breaks off; from the second on three more. */
async function* twice(from = 1): AsyncGenerator<number> {
  yield from;
  yield from + 1;
  if (from === 1) throw broken;
  yield from + 2;
}
const resume = ({ last }: { last: number }): [number] => [last + 1];

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

  test('has no error in the progress where retryIf refuses the first item of a resumed attempt', async () => {
    const seen: unknown[] = [];
    async function* numbers(from = 1): AsyncGenerator<number> {
      yield from === 2 ? -1 : from;
      throw broken;
    }
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(5),
      retryIf: retryIf.any(
        retryIf.exceptionType(),
        retryIf.result((n) => n < 0),
      ),
      resume: ({ items, last, error }): [number] | undefined => {
        seen.push([items, last, error]);
        return seen.length === 1 ? [2] : undefined;
      },
    })();
    await stream.next();
    expect((await thrown<Error>(stream.next())).message).toBe(
      'the stream cannot be resumed after an item that was refused',
    );
    expect(seen).toEqual([
      [1, 1, broken],
      [1, 1, undefined],
    ]);
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

describe('The sources of a retried stream', () => {
  test('that are Readables of Node are destroyed, while they hang too', async () => {
    const readable = new Readable({ objectMode: true, read: () => undefined });
    readable.push(1);
    const stream = retryStream(() => readable, { stop: stop.never })();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const pending = stream.next();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(readable.destroyed).toBe(true);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('cannot be closed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('cannot be closed'))],
  ])('may fail to be closed: one that %s', async (_how, close) => {
    const next = async () => ({ done: false, value: 1 });
    const source = { [Symbol.asyncIterator]: () => ({ next, return: close as never }) };
    for await (const item of retryStream(() => source, { stop: stop.never })()) {
      expect(item).toBe(1);
      break;
    }
    await new Promise(setImmediate);
  });

  test('may be plain iterables, and a locked ReadableStream is not retried', async () => {
    expect(await read(retryStream(() => [1, 2] as never, { stop: stop.never })())).toEqual([1, 2]);
    const locked = new ReadableStream();
    locked.getReader();
    const open = jest.fn(() => locked);
    // It comes from another realm than jest's.
    expect(await thrown(read(retryStream(open, { stop: stop.never })()))).toMatchObject({ name: 'TypeError' });
    expect(open).toHaveBeenCalledTimes(1);
  });
});
