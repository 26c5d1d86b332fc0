import { Readable } from 'node:stream';
import { retryStream, stop } from 'tenax';
import { Source } from '../../lib/engine/source.js';
import { thrown } from '../thrown';
import { read } from './streams';

/** All items of a stream, read one by one. */
async function itemsOf(stream: unknown): Promise<unknown[]> {
  const source = Source.of(stream);
  const items: unknown[] = [];
  for (let result = await source.next(); result.done !== true; result = await source.next()) items.push(result.value);
  return items;
}
async function* generated(): AsyncGenerator<number> {
  yield* [1, 2];
}

describe('Source', () => {
  test.each<[string, () => unknown]>([
    ['an async generator', generated],
    ['a generator', () => [1, 2].values()],
    ['an array', () => [1, 2]],
    ['a ReadableStream', () => ReadableStream.from([1, 2])],
    ['a Readable', () => Readable.from([1, 2])],
  ])('reads %s item by item', async (_what, make) => {
    expect(await itemsOf(make())).toEqual([1, 2]);
  });

  test.each([undefined, null, 5, 'text', {}])('refuses %j', (stream) => {
    expect(() => Source.of(stream)).toThrow(/takes a function that returns an AsyncIterable/);
  });

  test('closes a generator once, and not after its end', async () => {
    const end = jest.fn();
    const stream = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), return: end }) };
    const source = Source.of(stream);
    await source.next();
    source.close();
    source.close();
    expect(end).toHaveBeenCalledTimes(1);
    const ended = Source.of({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }), return: end }) });
    await ended.next();
    ended.close();
    expect(end).toHaveBeenCalledTimes(1);
  });

  test('destroys a Readable that hangs, and drops its error', async () => {
    const stream = new Readable({ read: () => undefined });
    const source = Source.of(stream);
    void source.next().catch(() => undefined);
    source.close();
    expect(stream.destroyed).toBe(true);
  });

  test('hands an item to its receiver, and nothing after it was closed', async () => {
    const source = Source.of<number>(generated());
    const received: unknown[] = [];
    const receiver = { received: (result: unknown) => void received.push(result), failed: fail };
    source.ask(receiver);
    await new Promise(setImmediate);
    expect(received).toEqual([{ done: false, value: 1 }]);
    source.ask(receiver);
    source.close();
    await new Promise(setImmediate);
    expect(received).toHaveLength(1);
  });

  test('tells its receiver what the source throws', async () => {
    const error = new Error('broken');
    const source = Source.of({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          throw error;
        },
      }),
    });
    const failed = new Promise((resolve) => source.ask({ received: fail, failed: resolve }));
    expect(await failed).toBe(error);
  });

  test('is not closed once more after it has failed', async () => {
    const end = jest.fn();
    const next = () => Promise.reject(new Error('broken'));
    const source = Source.of({ [Symbol.asyncIterator]: () => ({ next, return: end }) });
    await new Promise<unknown>((resolve) => {
      source.ask({ received: fail, failed: resolve });
    });
    source.close();
    expect(end).not.toHaveBeenCalled();
  });

  test('cancels a ReadableStream at once, even while it hangs', () => {
    const cancel = jest.fn();
    const source = Source.of(new ReadableStream({ cancel }));
    void source.next().catch(() => undefined);
    source.close();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('destroys what can be destroyed, and hears its late error where it tells one', () => {
    const destroy = jest.fn();
    const on = jest.fn();
    const iterable = { [Symbol.asyncIterator]: () => ({ next: fail }), destroy };
    Source.of(iterable).close();
    Source.of({ ...iterable, on }).close();
    expect(destroy).toHaveBeenCalledTimes(2);
    expect(on.mock.calls).toEqual([['error', expect.any(Function)]]);
  });

  test.each<[{ abort?: () => void } | undefined]>([[undefined], [{}], [{ abort: jest.fn() }]])(
    'is returned from, with the controller %p',
    (controller) => {
      const end = jest.fn();
      Source.of({ [Symbol.asyncIterator]: () => ({ next: fail, return: end }), controller }).close();
      expect(end).toHaveBeenCalledTimes(1);
      if (controller?.abort !== undefined) expect(controller.abort).toHaveBeenCalledTimes(1);
    },
  );

  test('names retryStream, or the option whose function returned what cannot be read', () => {
    const message = 'takes a function that returns an AsyncIterable, for instance an async generator; it returned 5';
    expect(() => Source.of(5)).toThrow(new TypeError(`retryStream ${message}`));
    expect(() => Source.of(5, 'fallback')).toThrow(new TypeError(`fallback ${message}`));
  });
});

function fail(): never {
  throw new Error('not to be called');
}

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

test('An iterator that returns no result fails the stream and does not hang it', async () => {
  let reads = 0;
  const next = async () => ((reads += 1) === 1 ? { done: false, value: 1 } : undefined) as IteratorResult<number>;
  const stream = retryStream(() => ({ [Symbol.asyncIterator]: () => ({ next }) }), { stop: stop.never })();
  await stream.next();
  expect(await thrown(stream.next())).toBeInstanceOf(TypeError);
});
