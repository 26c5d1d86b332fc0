import { chunkStream } from '../../../../lib/http/client/body/chunk-stream.js';
import { thrown } from '../../../thrown.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Chunks of these texts; an error fails them. */
function chunksOf(...steps: (string | Error)[]) {
  return {
    pull: jest.fn(async () => {
      const step = steps.shift();
      if (step instanceof Error) throw step;
      return step === undefined ? undefined : bytes(step);
    }),
    cancel: jest.fn(),
  };
}

describe('chunkStream', () => {
  test('passes every chunk on, and asks for none before it is read', async () => {
    const chunks = chunksOf('ab', 'c');
    const stream = chunkStream(chunks);
    await new Promise((resolve) => setImmediate(resolve));
    expect(chunks.pull).not.toHaveBeenCalled();
    expect(await new Response(stream).text()).toBe('abc');
    expect(chunks.pull).toHaveBeenCalledTimes(3);
  });

  test('fails as the chunks do', async () => {
    const failure = new Error('broken');
    expect(await thrown(new Response(chunkStream(chunksOf('ab', failure))).text())).toBe(failure);
  });

  test('ends the chunks with the reason of a reader that leaves', async () => {
    const chunks = chunksOf('ab');
    await chunkStream(chunks).cancel('why');
    expect(chunks.cancel.mock.calls).toEqual([['why']]);
  });

  test('can be read into a buffer of the reader, to its end', async () => {
    const reader = chunkStream(chunksOf('abc')).getReader({ mode: 'byob' });
    expect((await reader.read(new Uint8Array(8))).value).toEqual(bytes('abc'));
    expect((await reader.read(new Uint8Array(8))).done).toBe(true);
  });
});
