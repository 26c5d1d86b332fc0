import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { builtin } from '../base/host.js';
import type { BodyTransport, Chunks } from '../http/client/body/body-transport.js';
import { chunkStream } from '../http/client/body/chunk-stream.js';

/** The part of Node's Readable that is used here. */
interface Readable {
  push(chunk: Uint8Array | null): boolean;
  destroy(error?: unknown): void;
}
interface ReadableOptions {
  readonly highWaterMark: number;
  read(this: Readable): void;
  destroy(this: Readable, error: unknown, done: (error: unknown) => void): void;
}
type NodeStreams = { readonly Readable: new (options: ReadableOptions) => Readable };

type Stream = { getReader?: unknown; destroy?: unknown; on?: (event: string, ignore: () => void) => void };

const ignore = (): void => undefined;

/** Wraps the chunks in a Readable, which pulls a chunk only when it is read. */
function readableOf(chunks: Chunks): Readable {
  const { Readable: Class } = builtin('node:stream') as NodeStreams;
  return new Class({
    highWaterMark: 0,
    read() {
      chunks.pull().then(
        (chunk) => this.push(chunk ?? null),
        (error: unknown) => {
          this.destroy(error);
        },
      );
    },
    destroy(error, done) {
      chunks.cancel(error ?? undefined);
      done(error);
    },
  });
}

/** Whether the server encoded the body. axios deletes the Content-Encoding after decoding; Node's own answer keeps it. */
const hasRawEncoding = ({ request }: AxiosResponse): boolean => {
  const rawHeaders = (request as { res?: { rawHeaders?: readonly string[] } } | undefined)?.res?.rawHeaders;
  const isEncoding = (name: string, i: number, all: readonly string[]): boolean =>
    i % 2 === 0 && name.toLowerCase() === 'content-encoding' && !/^\s*(?:identity)?\s*$/i.test(String(all[i + 1]));
  return rawHeaders?.some(isEncoding) === true;
};

/** The parts of a job that bodies use. */
interface StreamingJob {
  readonly request: InternalAxiosRequestConfig;
  /** True if a transform of the user replaced the body of the answer. */
  readonly changesBody: boolean;
}

/** Watches and continues bodies of axios (`responseType: 'stream'`). */
export const axiosBodies: BodyTransport<StreamingJob, InternalAxiosRequestConfig, AxiosResponse> = {
  isStreamed: ({ request }) => request.responseType === 'stream',
  streamOf({ data }) {
    const stream = data as Stream | null | undefined;
    if (typeof stream !== 'object' || stream === null) return undefined;
    if (typeof stream.getReader === 'function') return stream;
    if (typeof stream.destroy !== 'function' || !(Symbol.asyncIterator in stream)) return undefined;
    // An error between two reads is reported by the next read.
    stream.on?.('error', ignore);
    return stream;
  },
  withChunks(response, chunks) {
    response.data =
      typeof (response.data as Stream).getReader === 'function' ? chunkStream(chunks) : readableOf(chunks);
    return response;
  },
  withHeaders(sent, added) {
    const { headers } = sent as { headers: object };
    // A `beforeAttempt` may have replaced the headers by a plain object.
    if (!('set' in headers)) return { ...sent, headers: { ...headers, ...added } as never };
    for (const [name, value] of Object.entries(added)) sent.headers.set(name, value);
    return sent;
  },
  isUnchanged: (response, job) => !job.changesBody && !hasRawEncoding(response),
};
