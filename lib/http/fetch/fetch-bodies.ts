import type { BodyTransport, Chunks } from '../client/body/body-transport.js';
import { chunkStream } from '../client/body/chunk-stream.js';
import { withBody } from './with-body.js';

/** Whether an answer is the platform's own Response. Responses of other libraries cannot get another body. */
const isPlain = (response: unknown): response is Response =>
  response instanceof Response && response.body instanceof ReadableStream && !response.bodyUsed;

/**
 * Whether the browser hides headers of an answer from another origin. A missing Date shows that. Then a Content-Encoding may be
 * hidden too, and the chunks may not be the bytes that were sent.
 */
const hidesHeaders = ({ type, headers }: Response): boolean => type === 'cors' && !headers.has('date');

/** Watches and continues the bodies of `fetch`. */
export const fetchBodies: BodyTransport<unknown, RequestInit, Response> = {
  isStreamed: () => true,
  streamOf: (response) => (isPlain(response) && response.status >= 200 ? (response.body as object) : undefined),
  withChunks: (response, chunks: Chunks) => withBody(response, chunkStream(chunks)),
  withHeaders(init, added) {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(added)) headers.set(name, value);
    return { ...init, headers };
  },
  isUnchanged: (response) => !hidesHeaders(response),
};
