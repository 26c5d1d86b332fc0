import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import {
  ConcurrencyLimiter,
  PolicyError,
  TokenBucket,
  before,
  retryIf,
  retryStream,
  stop,
  wait,
  type RetryCallState,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../thrown';
import { END, breakingSource, broken, endlessSource, read, soon, three } from './streams';

describe('A stream that succeeds', () => {
  test('may have no items', async () => {
    const onSuccess = jest.fn();
    async function* nothing(): AsyncGenerator<number> {
      // No item.
    }
    expect(await read(retryStream(nothing, { stop: stop.afterAttempt(3), onSuccess })())).toEqual([]);
    expect(onSuccess).toHaveBeenCalledTimes(1);
  });

  test('has no value at its end for a condition to look at', async () => {
    const nothing = async function* (): AsyncGenerator<number> {
      yield* [];
      return 5;
    };
    const stream = retryStream(nothing, { stop: stop.afterAttempt(1), retryIf: retryIf.result((item) => item === 5) });
    expect(await read(stream())).toEqual([]);
  });

  test('calls the function once, and leaves no listener', async () => {
    const { signal } = new AbortController();
    const open = jest.fn(three);
    const stream = retryStream(open, { stop: stop.never, signal })();
    await read(stream);
    expect(await stream.next()).toEqual(END);
    expect(open).toHaveBeenCalledTimes(1);
    const spare = retryStream(() => Promise.reject(broken), { stop: stop.afterAttempt(1), fallback: three, signal })();
    await read(spare);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('publishes no abort where the consumer leaves after its end', async () => {
    const told = jest.fn();
    subscribe('tenax:abort', told);
    const stream = retryStream(three, { stop: stop.never })();
    await read(stream);
    await stream.return();
    expect(told).not.toHaveBeenCalled();
    const left = retryStream(three, { stop: stop.never })();
    await left.next();
    await left.return();
    await left.return();
    unsubscribe('tenax:abort', told);
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe('onSuccess of a stream', () => {
  test('is waited for before the end is passed on', async () => {
    const told: string[] = [];
    const onSuccess = async (): Promise<void> => {
      await soon();
      told.push('onSuccess');
    };
    await read(retryStream(three, { stop: stop.never, onSuccess })());
    expect(told).toEqual(['onSuccess']);
  });

  test('sees the first item as the outcome, while `settle` receives the last', async () => {
    const told: unknown[] = [];
    const settle = (value: unknown): undefined => void told.push(value);
    const limiter = { limiter: new TokenBucket({ rate: 1 }), settle };
    const onSuccess = (state: RetryCallState): void => void told.push(state.outcome);
    await read(retryStream(three, { stop: stop.never, limiter, onSuccess })());
    expect(told).toEqual([3, { attemptNumber: 1, failed: false, value: 1 }]);
  });

  test('that throws fails the stream, or is replaced by the items of the fallback', async () => {
    const onSuccess = (): never => {
      throw broken;
    };
    expect(await thrown(read(retryStream(three, { stop: stop.never, onSuccess })()))).toBeInstanceOf(PolicyError);
    const fallback = async function* (): AsyncGenerator<number> {
      yield 9;
    };
    expect(await read(retryStream(three, { stop: stop.never, onSuccess, fallback })())).toEqual([1, 2, 3, 9]);
  });
});

test('A stream that is aborted or left while its end is on its way has not succeeded, and onSuccess is not called', async () => {
  let succeeded = 0;
  for (const how of ['abort', 'return'] as const) {
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      const caller = new AbortController();
      const onSuccess = jest.fn();
      const stream = retryStream(async function* () {}, { stop: stop.never, onSuccess, signal: caller.signal });
      const items = stream();
      const pending = items.next().catch(() => undefined);
      for (let i = 0; i < microtasks; i += 1) await null;
      if (how === 'abort') caller.abort(broken);
      else await items.return();
      await pending;
      await soon();
      expect(onSuccess).toHaveBeenCalledTimes(stream.retrying.totals.succeeded);
      succeeded += stream.retrying.totals.succeeded;
    }
  }
  expect(succeeded).toBeGreaterThan(0);
});

test('A hook of onSuccess that throws is named', async () => {
  const onSuccess = (): never => {
    throw broken;
  };
  expect(await thrown(read(retryStream(three, { stop: stop.never, onSuccess })()))).toMatchObject({
    option: 'onSuccess',
  });
});

test('A consumer that leaves while the fallback of onSuccess is awaited gets the end, and its items are closed', async () => {
  let give: (items: AsyncIterable<number>) => void = () => undefined;
  const closed = jest.fn(async () => END);
  const onSuccess = (): never => {
    throw broken;
  };
  const fallback = (): Promise<AsyncIterable<number>> => new Promise((resolve) => (give = resolve));
  async function* one(): AsyncGenerator<number> {
    yield 1;
  }
  const stream = retryStream(one, { stop: stop.never, onSuccess, fallback })();
  await stream.next();
  const pending = stream.next();
  await soon();
  await stream.return();
  give({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 9 }), return: closed }) } as never);
  await soon();
  expect(await pending).toEqual(END);
  expect(closed).toHaveBeenCalledTimes(1);
});

describe('The fallback of a stream', () => {
  test('replaces a failure by its items, after onGiveUp', async () => {
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

  test('is named in a TypeError where it returns no stream', async () => {
    const stream = retryStream(() => Promise.reject(new Error('down')), {
      stop: stop.afterAttempt(1),
      fallback: (() => 5) as never,
    })();
    expect((await thrown<Error>(stream.next())).message).toBe(
      'fallback takes a function that returns an AsyncIterable, for instance an async generator; it returned 5',
    );
  });

  test('has its items closed where they come when the consumer has left', async () => {
    const { items, done } = endlessSource();
    let give!: (items: AsyncIterable<number>) => void;
    const stream = retryStream(() => Promise.reject(new Error('down')), {
      stop: stop.afterAttempt(1),
      fallback: () => new Promise<AsyncIterable<number>>((resolve) => (give = resolve)),
    })();
    const pending = stream.next();
    await soon();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    give(items as never);
    await soon();
    expect(done).toEqual({ reads: 0, closes: 1 });
  });

  test.each(['the consumer leaves', 'the caller aborts'])('is no success when %s while it is awaited', async (who) => {
    const onSuccess = jest.fn();
    const controller = new AbortController();
    let give!: (items: AsyncIterable<number>) => void;
    const wrapped = retryStream(() => Promise.reject(broken), {
      stop: stop.afterAttempt(1),
      signal: controller.signal,
      onSuccess,
      fallback: () => new Promise<AsyncIterable<number>>((resolve) => (give = resolve)),
    });
    const stream = wrapped();
    const pending = stream.next().catch((error: unknown) => error);
    await soon();
    if (who === 'the consumer leaves') await stream.return();
    else controller.abort(broken);
    expect(await pending).toEqual(who === 'the consumer leaves' ? END : broken);
    give(three());
    await soon();
    expect(onSuccess).not.toHaveBeenCalled();
    expect(wrapped.retrying.totals).toMatchObject({ calls: 1, succeeded: 0, failed: 1 });
  });

  test('publishes no abort where its items are left, since the stream was given up already', async () => {
    const told: string[] = [];
    const tellers = ['tenax:giveup', 'tenax:abort', 'tenax:success'].map((name) => {
      const tell = () => void told.push(name);
      subscribe(name, tell);
      return { name, tell };
    });
    const stream = retryStream(() => Promise.reject(broken), { stop: stop.afterAttempt(1), fallback: three })();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await stream.return();
    for (const { name, tell } of tellers) unsubscribe(name, tell);
    expect(told).toEqual(['tenax:giveup']);
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
});

test('An abort closes the source at once after any item, and not after the first alone', async () => {
  const caller = new AbortController();
  const closed = jest.fn(async () => END);
  let n = 0;
  const items = {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: (n += 1) }), return: closed }),
  };
  const stream = retryStream(() => items as AsyncIterable<number>, { stop: stop.never, signal: caller.signal })();
  await stream.next();
  await stream.next();
  caller.abort(broken);
  expect(closed).toHaveBeenCalledTimes(1);
  expect(await thrown(stream.next())).toBe(broken);
});

describe('A stream whose consumer takes its time', () => {
  test('is closed at once by an abort, and frees its slot; the consumer learns it when it asks', async () => {
    const caller = new AbortController();
    const limiter = new ConcurrencyLimiter({ limit: 1 });
    const { items, done } = endlessSource();
    const stream = retryStream(() => items, { stop: stop.never, signal: caller.signal, limiter })();
    await stream.next();
    const reason = new Error('enough');
    caller.abort(reason);
    await soon();
    expect([done.closes, limiter.inFlight]).toEqual([1, 0]);
    expect(await thrown(stream.next())).toBe(reason);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(done).toEqual({ reads: 1, closes: 1 });
  });

  test('is closed at once by its deadline', async () => {
    const clock = new VirtualClock();
    const { items, done } = endlessSource();
    const fallback = jest.fn(() => endlessSource().items);
    const stream = retryStream(() => items, { stop: stop.never, deadline: 1000, clock, fallback })();
    await stream.next();
    await clock.advance(1000);
    expect([done.closes, clock.pending]).toEqual([1, 0]);
    // Nothing is read ahead.
    expect(fallback).not.toHaveBeenCalled();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await stream.return();
  });
});

test('A gate that fails while it is told of a stream that was cut off fails the stream, and leaves nothing unhandled', async () => {
  const clock = new VirtualClock();
  const fault = new Error('the gate is broken');
  const gate = before.admit({
    admit: () => ({
      held: true,
      cancel: () => undefined,
      end: async () => {
        throw fault;
      },
    }),
  });
  const stream = retryStream(three, { stop: stop.never, deadline: 100, clock, before: gate })();
  expect((await stream.next()).value).toBe(1);
  await clock.advance(200);
  expect(await thrown(stream.next())).toBe(fault);
});
