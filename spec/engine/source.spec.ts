import { Readable } from 'node:stream';
import { Source } from '../../lib/engine/source.js';

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
});

function fail(): never {
  throw new Error('not to be called');
}
