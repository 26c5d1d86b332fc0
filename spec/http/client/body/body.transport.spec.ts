import { stop, wait } from 'tenax';
import { createHttpClient, NetworkError, type ClientOptions, type Transport } from 'tenax/http';
import type { Chunks } from '../../../../lib/http/client/body/body-transport.js';
import { thrown } from '../../../thrown.js';

type Item = string | Error | undefined;
interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly stream: object | undefined;
  readonly chunks?: Chunks;
}

const text = (chunk: Uint8Array | undefined): string | undefined => chunk && new TextDecoder().decode(chunk);

/** A stream whose chunks are given one by one; `undefined` ends it. */
function handFed() {
  let feed: ((item: Item) => void) | undefined;
  const stream = {
    closed: false,
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
          feed = (item) => {
            if (item instanceof Error) reject(item);
            else if (item === undefined) resolve({ done: true, value: undefined });
            else resolve({ done: false, value: new TextEncoder().encode(item) });
          };
        }),
      return: async () => {
        stream.closed = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const give = async (item: Item): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    feed?.(item);
  };
  return { stream, give };
}

const first = { etag: '"v1"', 'content-length': '6' };
const restFrom = (byte: number) => ({ etag: '"v1"', 'content-range': `bytes ${byte}-5/6` });
const reset = (): Error => Object.assign(new Error('x'), { code: 'ECONNRESET' });

/** Sends one request with `resume` to a transport that replies as it is told. */
async function begin(
  replies: Reply[],
  isUnchanged: (reply: Reply) => boolean = () => true,
  options: ClientOptions<object> = {},
): Promise<Chunks> {
  const transport: Transport<string, object, Reply> = {
    describe: (url) => ({ method: 'GET', url, headers: {} }),
    prepare: () => ({}),
    send: async () => replies.shift()!,
    discard: ({ stream }) => {
      if (stream !== undefined) Object.assign(stream, { discarded: true });
    },
    bodies: {
      isStreamed: () => true,
      streamOf: ({ stream }) => stream,
      withChunks: (reply, chunks) => ({ ...reply, chunks }),
      withHeaders: (sent, headers) => ({ ...sent, headers }),
      isUnchanged,
    },
  };
  const send = createHttpClient(transport, { resume: true, wait: wait.none(), stop: stop.afterAttempt(2), ...options });
  return (await send('http://api.test/file')).chunks!;
}

describe('a body of a transport', () => {
  test('is complete after its last byte, however it ends, and passes on no empty chunk', async () => {
    const { stream, give } = handFed();
    const chunks = await begin([{ status: 200, headers: first, stream }]);
    const got = chunks.pull();
    await give('');
    await give('abcdef');
    expect(text(await got)).toBe('abcdef');
    const end = chunks.pull();
    await give(reset());
    expect(await end).toBeUndefined();
  });

  test.each<[string, Item]>([
    ['ends', undefined],
    ['fails', reset()],
  ])('is at its end for a reader that has left, if the stream then %s', async (_what, item) => {
    const { stream, give } = handFed();
    const chunks = await begin([{ status: 200, headers: first, stream }]);
    const end = chunks.pull();
    chunks.cancel();
    chunks.cancel();
    await give(item);
    expect(await end).toBeUndefined();
    expect(stream.closed).toBe(true);
  });

  test('is at its end for a reader that leaves while the rest is asked for', async () => {
    const { stream, give } = handFed();
    const rest = handFed();
    const chunks: Chunks = await begin(
      [
        { status: 200, headers: first, stream },
        { status: 206, headers: restFrom(3), stream: rest.stream },
      ],
      ({ status }) => {
        // The rest has arrived, and is not in use yet.
        if (status === 206) chunks.cancel();
        return true;
      },
    );
    const got = chunks.pull();
    await give('abc');
    await got;
    const end = chunks.pull();
    await give(reset());
    expect(await end).toBeUndefined();
    expect(rest.stream).toMatchObject({ discarded: true });
  });

  test('is at its end for a reader that leaves as its rest, which has no body, arrives', async () => {
    const { stream, give } = handFed();
    const chunks: Chunks = await begin(
      [
        { status: 200, headers: first, stream },
        { status: 206, headers: restFrom(0), stream: undefined },
      ],
      ({ status }) => {
        if (status === 206) chunks.cancel();
        return true;
      },
    );
    const end = chunks.pull();
    await give(reset());
    expect(await end).toBeUndefined();
  });

  test('closes the rest for a reader that leaves as it is taken into use', async () => {
    const { stream, give } = handFed();
    const rest = handFed();
    const chunks: Chunks = await begin([
      { status: 200, headers: first, stream },
      {
        status: 206,
        headers: restFrom(0),
        get stream() {
          chunks.cancel();
          return rest.stream;
        },
      },
    ]);
    const end = chunks.pull();
    await give(reset());
    expect(await end).toBeUndefined();
    expect(rest.stream.closed).toBe(true);
  });

  test('is at its end for a reader that leaves before the rest has arrived', async () => {
    const { stream, give } = handFed();
    const chunks: Chunks = await begin([{ status: 200, headers: first, stream }], undefined, {
      beforeSleep: () => {
        chunks.cancel();
      },
    });
    const end = chunks.pull();
    await give(reset());
    expect(await end).toBeUndefined();
  });

  test('breaks off if the rest has no body', async () => {
    const { stream, give } = handFed();
    const chunks = await begin([
      { status: 200, headers: first, stream },
      { status: 206, headers: restFrom(0), stream: undefined },
    ]);
    const failed = thrown(chunks.pull());
    await give(reset());
    const error = await failed;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe('GET http://api.test/file broke off after 0 bytes: the rest has no body');
  });

  test('fails with the error of beforeAttempt, if that fails before the rest is asked for', async () => {
    const { stream, give } = handFed();
    const failure = new Error('no credentials');
    const chunks = await begin([{ status: 200, headers: first, stream }], undefined, {
      beforeAttempt: (sent) => {
        if ('headers' in sent) throw failure;
        return sent;
      },
    });
    const failed = thrown(chunks.pull());
    await give(reset());
    expect(await failed).toBe(failure);
  });
});
