import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { builtin } from '../base/host.js';
import type { BodyTransport, Chunks } from '../http/client/body/body-transport.js';
import { chunkStream } from '../http/client/body/chunk-stream.js';

/** The part of Node's Readable that is used. */
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

/** Wraps the chunks in a Readable. It requests nothing while nobody reads. */
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

/** axios deletes a Content-Encoding that it has undone; the answer of Node still has it. */
const hasRawEncoding = ({ request }: AxiosResponse): boolean => {
  const { rawHeaders = [] } = ((request as { res?: unknown } | undefined)?.res ?? {}) as { rawHeaders?: string[] };
  return rawHeaders.some(
    (name, i) =>
      i % 2 === 0 &&
      name.toLowerCase() === 'content-encoding' &&
      !/^\s*(?:identity)?\s*$/i.test(String(rawHeaders[i + 1])),
  );
};

/** What bodies need to know of a request. */
interface StreamingJob {
  readonly request: InternalAxiosRequestConfig;
  /** True if a transform of the caller replaced the body of the answer. */
  readonly changesBody: boolean;
}

/** How bodies of axios (`responseType: 'stream'`) are watched and continued. */
export const axiosBodies: BodyTransport<StreamingJob, InternalAxiosRequestConfig, AxiosResponse> = {
  isStreamed: ({ request }) => request.responseType === 'stream',
  streamOf({ data }) {
    const stream = data as Stream | null | undefined;
    if (typeof stream !== 'object' || stream === null) return undefined;
    if (typeof stream.getReader === 'function') return stream;
    if (typeof stream.destroy !== 'function' || !(Symbol.asyncIterator in stream)) return undefined;
    // The next read finds an error that happens while nobody reads.
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
    // A `beforeAttempt` may have put a plain object in their place.
    if (!('set' in headers)) return { ...sent, headers: { ...headers, ...added } as never };
    for (const [name, value] of Object.entries(added)) sent.headers.set(name, value);
    return sent;
  },
  isUnchanged: (response, job) => !job.changesBody && !hasRawEncoding(response),
};
