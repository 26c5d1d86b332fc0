import { AttemptTimeoutError, PolicyError, before, retryStream, stop, type Clock } from 'tenax';
import { VirtualClock } from 'tenax/testing';
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
  now = 200;
  const error = await thrown<AttemptTimeoutError>(stream.next());
  expect(error).toBeInstanceOf(AttemptTimeoutError);
  expect(error.limit).toBe('deadline');
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
