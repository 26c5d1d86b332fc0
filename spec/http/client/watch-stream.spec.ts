import { watchStream } from '../../../lib/http/client/watch-stream';
import { thrown } from '../../thrown.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A stream of these chunks, which then ends, or fails with an error. */
function streamOf(type: 'bytes' | undefined, chunks: string[], failure?: Error): ReadableStream<Uint8Array> {
  const left = chunks.map(bytes);
  const pull = (controller: { enqueue(chunk: never): void; close(): void; error(error: Error): void }): void => {
    const chunk = left.shift();
    if (chunk !== undefined) controller.enqueue(chunk as never);
    else if (failure !== undefined) controller.error(failure);
    else controller.close();
  };
  return new ReadableStream({ type, pull } as never, { highWaterMark: 0 });
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

describe.each([['bytes' as const], [undefined]])('a watched stream of type %s', (type) => {
  test('passes every chunk on, and tells once when it was read to its end', async () => {
    const ended = jest.fn();
    const stream = watchStream(streamOf(type, ['a', 'b', 'c']), ended);
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(bytes('a'));
    expect(ended).not.toHaveBeenCalled();
    expect((await reader.read()).value).toEqual(bytes('b'));
    await reader.read();
    expect((await reader.read()).done).toBe(true);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test('passes no empty chunk on', async () => {
    const reader = watchStream(streamOf(undefined, ['', 'a', '', '']), () => undefined).getReader();
    expect((await reader.read()).value).toEqual(bytes('a'));
    expect((await reader.read()).done).toBe(true);
  });

  test('fails as the stream does, and tells', async () => {
    const ended = jest.fn();
    const failure = new Error('broken');
    expect(await thrown(textOf(watchStream(streamOf(type, ['a'], failure), ended)))).toBe(failure);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test.each(['unread', 'begun'])('cancels the stream, and tells: %s', async (how) => {
    const ended = jest.fn();
    const cancel = jest.fn();
    const source = new ReadableStream({ type, cancel, pull: (c: any) => c.enqueue(bytes('x')) } as never);
    const stream = watchStream(source as ReadableStream<Uint8Array>, ended);
    if (how === 'unread') await stream.cancel('why');
    else {
      const reader = stream.getReader();
      await reader.read();
      await reader.cancel('why');
    }
    expect(cancel).toHaveBeenCalledWith('why');
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test('reads nothing ahead', async () => {
    const pull = jest.fn((controller: any) => controller.enqueue(bytes('x')));
    const source = new ReadableStream({ type, pull } as never, { highWaterMark: 0 });
    const stream = watchStream(source as ReadableStream<Uint8Array>, () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pull).not.toHaveBeenCalled();
    await stream.getReader().read();
    expect(pull).toHaveBeenCalledTimes(1);
  });
});

test('a watched stream of another kind cannot be read into a buffer, as before', () => {
  const stream = watchStream(streamOf(undefined, ['abc']), () => undefined);
  expect(() => stream.getReader({ mode: 'byob' })).toThrow('byte stream');
});

test('a watched byte stream can be read into a buffer of the reader', async () => {
  const ended = jest.fn();
  const reader = watchStream(streamOf('bytes', ['abc']), ended).getReader({ mode: 'byob' });
  const { value } = await reader.read(new Uint8Array(8));
  expect(new TextDecoder().decode(value)).toBe('abc');
  expect((await reader.read(new Uint8Array(8))).done).toBe(true);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('a watched stream tells when it is collected, and only then if it was not read', () => {
  const { FinalizationRegistry: Registry } = globalThis;
  const registered = new Map<unknown, () => void>();
  let collect: (ended: () => void) => void = () => undefined;
  // Stands in for the garbage collector.
  globalThis.FinalizationRegistry = class {
    constructor(callback: typeof collect) {
      collect = callback;
    }
    register = (_stream: object, ended: () => void, token: object) => void registered.set(token, ended);
    unregister = (token: object) => registered.delete(token);
  } as never;
  try {
    jest.isolateModules(() => {
      const { watchStream: watch } = jest.requireActual<{ watchStream: typeof watchStream }>(
        '../../../lib/http/client/watch-stream',
      );
      const ended = jest.fn();
      watch(streamOf('bytes', ['a']), ended);
      void watch(streamOf('bytes', ['a']), () => undefined).cancel();
      expect([...registered.values()]).toEqual([ended]);
      collect(ended);
      expect(ended).toHaveBeenCalledTimes(1);
    });
  } finally {
    globalThis.FinalizationRegistry = Registry;
  }
});
