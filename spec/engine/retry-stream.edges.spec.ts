import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import {
  AttemptTimeoutError,
  ConcurrencyLimiter,
  PolicyError,
  before,
  retryIf,
  retryStream,
  stop,
  wait,
  type Clock,
  type RetryCallState,
} from 'tenax';
import { currentAttempt } from 'tenax/context';
import { VirtualClock } from 'tenax/testing';
import { processContext } from '../../lib/base/process-context';
import { createRetrying } from '../../lib/engine/retrying';
import { thrown } from '../thrown';

const broken = new Error('broken');
const END = { done: true, value: undefined };

async function* three(): AsyncGenerator<number> {
  yield 1;
  yield 2;
  yield 3;
}

const read = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('enabled: false', () => {
  test('passes on all items and the end', async () => {
    expect(await read(retryStream(three, { enabled: false })())).toEqual([1, 2, 3]);
  });

  test('fails with what the function throws, or with a TypeError where it returns no stream', async () => {
    const failing = () => {
      throw broken;
    };
    expect(await thrown(retryStream(failing as never, { enabled: false })().next())).toBe(broken);
    expect(await thrown(retryStream((() => 5) as never, { enabled: false })().next())).toBeInstanceOf(TypeError);
  });

  test('closes a source that comes when its consumer has left', async () => {
    const closed = jest.fn(async () => END);
    let give: (source: unknown) => void = () => undefined;
    const coming = new Promise((resolve) => (give = resolve));
    const stream = retryStream(() => coming as never, { enabled: false })();
    const pending = stream.next();
    await stream.return();
    give({ [Symbol.asyncIterator]: () => ({ next: async () => END, return: closed }) });
    await soon();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(await pending).toEqual(END);
  });
});

describe('The consumer of a stream leaves it', () => {
  test('with throw(): the source is closed, and nothing follows', async () => {
    const stream = retryStream(three, { stop: stop.never })();
    await stream.next();
    expect(await thrown(stream.throw(broken))).toBe(broken);
    expect(await stream.next()).toEqual(END);
  });

  test('at the end of `await using`', async () => {
    const stream = retryStream(three, { stop: stop.never })();
    await stream.next();
    await stream[Symbol.asyncDispose]();
    expect(await stream.next()).toEqual(END);
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

test('The deadline holds where the clock has passed it and no timer has fired', async () => {
  let now = 0;
  const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };
  const stream = retryStream(three, { stop: stop.never, deadline: 100, clock })();
  await stream.next();
  now = 100;
  const error = await thrown<AttemptTimeoutError>(stream.next());
  expect(error).toBeInstanceOf(AttemptTimeoutError);
  expect(error.limit).toBe('deadline');
});

/** Gives these items, and then hangs. */
async function* silentAfter(...items: number[]): AsyncGenerator<number> {
  yield* items;
  await new Promise(() => undefined);
}

describe('idleTimeout and deadline of a stream', () => {
  test.each([
    [50, 'attempt 1 of silentAfter sent nothing for 50 ms', 60],
    [1000, 'attempt 1 of silentAfter was cut off at the deadline of 1000 ms', 1000],
    [990, 'attempt 1 of silentAfter was cut off at the deadline of 1000 ms', 1000],
  ])('end the silence after an item, whichever comes first: idleTimeout %i', async (idleTimeout, message, at) => {
    const clock = new VirtualClock();
    const stream = retryStream(silentAfter, { stop: stop.never, deadline: 1000, idleTimeout, clock })(1);
    await stream.next();
    // The consumer takes its time: the deadline has a timer now.
    await clock.advance(10);
    let ended = 0;
    const error = thrown<AttemptTimeoutError>(stream.next().finally(() => (ended = clock.now())));
    await clock.advance(2000);
    expect((await error).message).toBe(message);
    expect([(await error).timeout, ended]).toEqual([message.includes('deadline') ? 1000 : idleTimeout, at]);
    expect(clock.pending).toBe(0);
  });

  test('need one timer, also where the consumer takes its time', async () => {
    const clock = new VirtualClock();
    const stream = retryStream(silentAfter, { stop: stop.never, deadline: 1000, clock })(1);
    await stream.next();
    await clock.advance(10);
    void stream.next();
    await clock.advance(10);
    expect(clock.pending).toBe(1);
    await stream.return();
    expect(clock.pending).toBe(0);
  });

  test('leave no timer where the items and the end are there at once', async () => {
    const clock = new VirtualClock();
    expect(await read(retryStream(three, { stop: stop.never, deadline: 1000, idleTimeout: 50, clock })())).toHaveLength(
      3,
    );
    await soon();
    expect(clock.pending).toBe(0);
  });

  test('do not cut off onSuccess', async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const onSuccess = async (state: RetryCallState): Promise<void> => {
      await clock.sleep(2000);
      seen.push(state.outcome);
    };
    const all = read(retryStream(three, { stop: stop.never, deadline: 1000, clock, onSuccess })());
    await clock.advance(2000);
    expect(await all).toEqual([1, 2, 3]);
    expect(seen).toEqual([{ attemptNumber: 1, failed: false, value: 3 }]);
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

test('A scope around attempts may begin or end while a stream is read', async () => {
  const outer = processContext.aroundAttempt;
  const within = jest.fn(<T>(_attempt: object, run: () => T): T => run());
  const [early, late] = [retryStream(three, { stop: stop.never })(), retryStream(three, { stop: stop.never })()];
  try {
    processContext.aroundAttempt = undefined;
    await early.next();
    processContext.aroundAttempt = within as never;
    await late.next();
    expect(await early.next()).toEqual({ done: false, value: 2 });
    processContext.aroundAttempt = undefined;
    expect(await late.next()).toEqual({ done: false, value: 2 });
  } finally {
    processContext.aroundAttempt = outer;
  }
  expect(within).toHaveBeenCalledTimes(1);
  await early.return();
  await late.return();
});

describe('The end of a stream', () => {
  const returning = (value: unknown) =>
    async function* (): AsyncGenerator<number> {
      yield 1;
      return value;
    } as () => AsyncGenerator<number>;

  test.each<[string, () => AsyncGenerator]>([
    ['a stream', () => retryStream(returning(5), { stop: stop.never })()],
    ['one that is not enabled', () => retryStream(returning(5), { enabled: false })()],
    [
      'a fallback',
      () => retryStream(() => Promise.reject(broken), { stop: stop.afterAttempt(1), fallback: returning(5) })(),
    ],
  ])('of %s has no value, and nothing follows it', async (_what, open) => {
    const stream = open();
    expect(await Promise.all([stream.next(), stream.next(), stream.next()])).toEqual([
      { done: false, value: 1 },
      END,
      END,
    ]);
    expect(await stream.next()).toEqual(END);
  });

  test('is no value for a condition either', async () => {
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

  test('is no abort where the consumer leaves after it', async () => {
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

describe('The signal of an attempt of a stream', () => {
  /** The signals of the attempts. */
  function noting(source: () => AsyncIterable<number> | Promise<never>) {
    const signals: AbortSignal[] = [];
    const fn = (): AsyncIterable<number> | Promise<never> => {
      signals.push(currentAttempt()!.signal);
      return source();
    };
    return { signals, fn: fn as () => AsyncIterable<number> };
  }

  test('does not abort where the source ends, or where none was opened', async () => {
    const ended = noting(three);
    await read(retryStream(ended.fn, { stop: stop.never })());
    const failed = noting(() => Promise.reject(broken));
    await thrown(read(retryStream(failed.fn, { stop: stop.afterAttempt(2) })()));
    expect([...ended.signals, ...failed.signals].map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });

  test.each([{}, { attemptTimeout: 1000, clock: new VirtualClock() }])(
    'aborts where the consumer leaves: %j',
    async (options) => {
      const { signals, fn } = noting(three);
      const stream = retryStream(fn, { stop: stop.never, ...options })();
      await stream.next();
      await stream.return();
      expect(signals[0]?.reason).toMatchObject({ name: 'AbortError', message: 'the stream was left' });
    },
  );
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

test('A gate that holds its permit learns how an attempt failed before the next one, or before the end', async () => {
  const told: unknown[] = [];
  const gate = before.admit({
    admit: () => {
      told.push('admit');
      return {
        held: true,
        cancel: jest.fn(),
        leave: () => void told.push('leave'),
        end: ({ failed }) => void told.push(failed),
      };
    },
  });
  const fn = (): never => {
    throw broken;
  };
  await thrown(retryStream(fn, { stop: stop.afterAttempt(2), before: gate })().next());
  await thrown(retryStream(fn, { stop: stop.never, retryIf: retryIf.never, before: gate })().next());
  expect(told).toEqual(['admit', true, 'admit', true, 'admit', true]);
});

test('A hook of onSuccess that throws is named', async () => {
  const onSuccess = (): never => {
    throw broken;
  };
  expect(await thrown(read(retryStream(three, { stop: stop.never, onSuccess })()))).toMatchObject({
    option: 'onSuccess',
  });
});

test('Without a policy the error of a stream keeps its stack', async () => {
  const error = new Error('broken');
  const { stack } = error;
  const failing = (): Promise<never> => Promise.reject(error);
  await thrown(retryStream(failing, { enabled: false })().next());
  expect(error.stack).toBe(stack);
});

describe('A wrapped function of a stream', () => {
  test('has the name and the length of the function, as any function has them', () => {
    const wrapped = retryStream(
      async function* load(_from: number) {
        yield 1;
      },
      { stop: stop.never },
    );
    const plain = { writable: false, enumerable: false, configurable: true };
    expect(Object.getOwnPropertyDescriptor(wrapped, 'name')).toEqual({ value: 'load', ...plain });
    expect(Object.getOwnPropertyDescriptor(wrapped, 'length')).toEqual({ value: 1, ...plain });
  });

  test.each<[unknown, unknown, string | RegExp]>([
    [5, {}, 'retryStream takes a function that returns a stream, got 5'],
    [three, { resume: 5 }, 'resume takes a function of the progress that returns arguments, got 5'],
    [three, { stops: 5 }, 'a policy of streams has no option "stops"; did you mean "stop"?'],
  ])('is not made of %p with %p', (fn, options, message) => {
    expect(() => retryStream(fn as never, options as never)).toThrow(new TypeError(message as string));
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

test('Without a nextTick, what waits for an item is armed after the microtasks', async () => {
  await jest.isolateModulesAsync(async () => {
    jest.doMock('../../lib/base/host', () => ({
      ...jest.requireActual<object>('../../lib/base/host'),
      nextTick: undefined,
    }));
    const alone = await import('../../lib/engine/retry-stream');
    const clock = new VirtualClock();
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const stream = alone.retryStream(silent, { idleTimeout: 50, stop: stop.afterAttempt(1) as never, clock })();
    await stream.next();
    expect(await thrown(clock.run(stream.next()))).toMatchObject({ code: 'TENAX_ATTEMPT_TIMEOUT' });
  });
});

test('A function alone is enough, with a warning that it is retried for ever', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(retryStream(three).name).toBe('three');
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});

test('The state that retrying.decide gives to strategies has a function that does nothing', async () => {
  const seen: unknown[] = [];
  const retrying = createRetrying({ stop: ({ fn }) => seen.push(fn()) > 0 }, { quiet: true });
  await retrying.decide({ attemptNumber: 1, error: broken });
  expect(seen).toEqual([undefined]);
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
