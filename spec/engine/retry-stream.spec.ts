import fc from 'fast-check';
import { getEventListeners } from 'node:events';
import {
  AttemptTimeoutError,
  ConcurrencyLimiter,
  PolicyError,
  RetryError,
  retry,
  retryIf,
  retryStream,
  stop,
  wait,
  type StreamOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';

const broken = new Error('broken');
const read = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** A source that gives items from `from` on, and breaks off before the items that `breaks` names, once each. */
function breakingSource(to: number, breaks: number[]) {
  const opened: number[] = [];
  const left = [...breaks];
  async function* numbers(from = 1): AsyncGenerator<number> {
    opened.push(from);
    for (let n = from; n <= to; n += 1) {
      if (left[0] === n) {
        left.shift();
        throw broken;
      }
      yield n;
    }
  }
  return { numbers, opened };
}

describe('retryStream until the first item', () => {
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

  test('succeeds with a stream without items', async () => {
    const onSuccess = jest.fn();
    async function* nothing(): AsyncGenerator<number> {
      // No item.
    }
    expect(await read(retryStream(nothing, { stop: stop.afterAttempt(3), onSuccess })())).toEqual([]);
    expect(onSuccess).toHaveBeenCalledTimes(1);
  });

  test.each([5, undefined, {}, () => undefined])('does not retry a function that returns %p', async (made) => {
    const fn = jest.fn(() => made as never);
    const stream = retryStream(fn, { stop: stop.afterAttempt(3), retryIf: retryIf.always });
    expect(await thrown(read(stream()))).toBeInstanceOf(TypeError);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test('does nothing before the first next()', async () => {
    const fn = jest.fn();
    retryStream(fn, { stop: stop.never })();
    await new Promise(setImmediate);
    expect(fn).not.toHaveBeenCalled();
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

describe('retryStream after an item', () => {
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

  test('continues with the arguments of resume', async () => {
    const { numbers, opened } = breakingSource(5, [2, 3, 3, 5]);
    const seen: unknown[] = [];
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(3),
      resume: ({ items, last, error, args }): [number] => {
        seen.push([items, last, error, args]);
        return [last + 1];
      },
    });
    expect(await read(stream())).toEqual([1, 2, 3, 4, 5]);
    expect(opened).toEqual([1, 2, 3, 3, 5]);
    expect(seen[1]).toEqual([2, 2, broken, []]);
    expect(stream.retrying.totals).toMatchObject({ calls: 1, attempts: 5, succeeded: 1, failed: 0 });
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

  test('lets the failure stand where resume returns undefined', async () => {
    const { numbers } = breakingSource(3, [2]);
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), resume: () => undefined })();
    await items.next();
    expect(await thrown(items.next())).toBe(broken);
  });

  test('blames resume for what it throws', async () => {
    const { numbers } = breakingSource(3, [2]);
    const fault = new Error('no position');
    const resume = (): never => {
      throw fault;
    };
    const items = retryStream(numbers, { stop: stop.afterAttempt(3), resume })();
    await items.next();
    const error = await thrown<PolicyError>(items.next());
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({ option: 'resume', cause: fault, attemptError: broken });
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

  test('fails an item that takes longer than idleTimeout, and aborts the signal of the attempt', async () => {
    const clock = new VirtualClock();
    const fn = async function* (from = 1) {
      yield from;
      if (from === 1) await clock.sleep(60_000);
      yield from + 1;
    };
    const stream = retryStream(fn, {
      stop: stop.afterAttempt(2),
      idleTimeout: 100,
      clock,
      resume: ({ last }) => [last + 1],
    });
    const items = stream();
    expect((await items.next()).value).toBe(1);
    // The consumer takes its time, which does not count.
    await clock.advance(1000);
    const rest = read(items);
    await clock.advance(1000);
    expect(await rest).toEqual([2, 3]);

    const bare = retryStream(fn, { stop: stop.afterAttempt(2), idleTimeout: 100, clock })();
    await bare.next();
    const late = thrown<AttemptTimeoutError>(bare.next());
    await clock.advance(1000);
    expect(await late).toMatchObject({ limit: 'idleTimeout', timeout: 100 });
  });

  test('replaces a failure by the items of fallback, after onGiveUp', async () => {
    const order: string[] = [];
    const { numbers } = breakingSource(3, [2]);
    const stream = retryStream(numbers, {
      stop: stop.afterAttempt(1),
      onGiveUp: () => {
        order.push('onGiveUp');
      },
      fallback: async function* (error) {
        order.push('fallback');
        expect(error).toBe(broken);
        yield 7;
        yield 8;
      },
    });
    expect(await read(stream())).toEqual([1, 7, 8]);
    expect(order).toEqual(['onGiveUp', 'fallback']);
    expect(stream.retrying.totals).toMatchObject({ succeeded: 0, failed: 1 });
  });
});

describe('The consumer of a retried stream', () => {
  /** A source that hangs after its first item. */
  const hanging = () => {
    const closed = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const source = {
      n: 0,
      [Symbol.asyncIterator]: () => ({
        next: () =>
          (source.n += 1) === 1 ? Promise.resolve({ done: false, value: 1 }) : new Promise<never>(() => undefined),
        return: closed,
      }),
    };
    return { source: source as unknown as AsyncIterable<number>, closed };
  };

  test('leaves at once while the source hangs, and closes it once', async () => {
    const { source, closed } = hanging();
    const stream = retryStream(() => source, { stop: stop.never });
    const items = stream();
    await items.next();
    const pending = items.next();
    await items.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(closed).toHaveBeenCalledTimes(1);
    expect(stream.retrying.totals).toMatchObject({ succeeded: 0, failed: 0 });
  });

  test('aborts at once while the source hangs, and leaves no listener', async () => {
    const { source, closed } = hanging();
    const caller = new AbortController();
    const items = retryStream(() => source, { stop: stop.never, signal: caller.signal })();
    await items.next();
    const pending = thrown(items.next());
    const reason = new Error('enough');
    caller.abort(reason);
    expect(await pending).toBe(reason);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  test('leaves during a backoff, and no timer stays', async () => {
    const clock = new VirtualClock();
    const { numbers } = breakingSource(3, [1]);
    const items = retryStream(numbers, { stop: stop.never, wait: wait.fixed(1000), clock })();
    const pending = items.next();
    await clock.advance(10);
    expect(clock.pending).toBe(1);
    await items.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  test('gets several next() in order, and nothing is read ahead', async () => {
    let produced = 0;
    async function* numbers() {
      for (;;) yield (produced += 1);
    }
    const items = retryStream(numbers, { stop: stop.never })();
    const results = await Promise.all([items.next(), items.next(), items.next()]);
    expect(results.map(({ value }) => value as number)).toEqual([1, 2, 3]);
    await new Promise(setImmediate);
    expect(produced).toBe(3);
    await items.return();
  });

  test('gets items by identity, thenables too', async () => {
    const thenable = { then: () => undefined };
    const source = {
      [Symbol.asyncIterator]() {
        let given = 0;
        return {
          next: async () => ((given += 1) <= 2 ? { done: false, value: thenable } : { done: true, value: undefined }),
        };
      },
    } as unknown as AsyncIterable<object>;
    const items = retryStream(() => source, { stop: stop.never })();
    const [first, second] = [await items.next(), await items.next()];
    expect(first.value === thenable && second.value === thenable).toBe(true);
  });

  test('ends at the deadline also where the consumer takes the time and items are there at once', async () => {
    const clock = new VirtualClock();
    const closed: boolean[] = [];
    const ready = async function* (): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n += 1) yield n;
      } finally {
        closed.push(true);
      }
    };
    const stream = retryStream(ready, { stop: stop.never, deadline: 1000, clock })();
    await stream.next();
    await clock.advance(999);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await clock.advance(1);
    expect(await thrown(stream.next())).toMatchObject({ name: 'AttemptTimeoutError', limit: 'deadline' });
    expect(closed).toEqual([true]);
  });

  test('is cut off at the deadline of the whole stream', async () => {
    const clock = new VirtualClock();
    async function* slow() {
      for (let n = 1; ; n += 1) {
        yield n;
        await clock.sleep(400);
      }
    }
    const all: number[] = [];
    const error = thrown<AttemptTimeoutError>(
      (async () => {
        for await (const n of retryStream(slow, { stop: stop.never, deadline: 1000, clock })()) all.push(n);
      })(),
    );
    await clock.advance(2000);
    expect(await error).toMatchObject({ limit: 'deadline' });
    expect(all).toEqual([1, 2, 3]);
  });
});

describe('The limits of a retried stream', () => {
  test('hold a slot until the source has ended', async () => {
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const { numbers } = breakingSource(2, []);
    const items = retryStream(numbers, { stop: stop.never, limiter })();
    await items.next();
    expect(limiter.inFlight).toBe(1);
    await items.next();
    await items.next();
    expect(limiter.inFlight).toBe(0);
  });

  test('are free again when the consumer leaves, and settle only a stream that ended', async () => {
    const settle = jest.fn(() => undefined);
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const stream = retryStream(breakingSource(3, []).numbers, { stop: stop.never, limiter: { limiter, settle } });
    const items = stream();
    await items.next();
    await items.return();
    expect([limiter.inFlight, settle.mock.calls.length]).toEqual([0, 0]);
    await read(stream());
    expect(settle).toHaveBeenCalledTimes(1);
    expect((settle.mock.calls as unknown[][])[0]?.[0]).toBe(3);
  });
});

describe('What takes the place of retryStream', () => {
  test('retry refuses generator functions and names retryStream', () => {
    async function* items(): AsyncGenerator<number> {
      yield 1;
    }
    function* sync(): Generator<number> {
      yield 1;
    }
    for (const fn of [items, sync]) expect(() => retry(fn, { stop: stop.never })).toThrow(/TypeError|retryStream/);
  });

  test('enabled: false passes items on and retries nothing', async () => {
    const { numbers, opened } = breakingSource(3, [1]);
    expect(await thrown(read(retryStream(numbers, { enabled: false })()))).toBe(broken);
    expect(opened).toEqual([1]);
  });

  test.each<[StreamOptions, RegExp]>([
    [{ idleTimeout: -1 }, /idleTimeout/],
    [{ resume: 5 as never }, /resume/],
    [{ retryErrorCallback: () => 5 } as never, /retryErrorCallback/],
  ])('a wrong option is refused at once: %p', (options, message) => {
    expect(() => retryStream(breakingSource(1, []).numbers, options as never)).toThrow(message);
  });
});

test('With resume by position every item comes exactly once and in order, whatever breaks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 12 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }),
      async (to, breaks) => {
        const { numbers, opened } = breakingSource(
          to,
          [...breaks].sort((a, b) => a - b),
        );
        const stream = retryStream(numbers, { stop: stop.afterAttempt(10), resume: ({ last }) => [last + 1] });
        expect(await read(stream())).toEqual(Array.from({ length: to }, (_, i) => i + 1));
        expect(opened.length).toBe(stream.retrying.totals.attempts);
      },
    ),
    { numRuns: 60 },
  );
});
