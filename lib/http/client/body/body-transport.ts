/** The chunks of a body, one by one. */
export interface Chunks {
  /** Resolves with the next chunk, which is not empty; with undefined at the end. Nothing is read ahead. */
  pull(): Promise<Uint8Array | undefined>;
  /** Ends everything at once, because the reader leaves. */
  cancel(reason?: unknown): void;
}

/** The part of a transport that watches and continues bodies. */
export interface BodyTransport<Job, Sent, Response> {
  /** Whether the caller gets the answer to a request before its body was read. */
  isStreamed(job: Job): boolean;
  /** The body of an answer, if it is a stream: a ReadableStream, a Readable of Node, or an AsyncIterable of bytes. */
  streamOf(response: Response): object | undefined;
  /** Returns the same answer with these chunks as its body. */
  withChunks(response: Response, chunks: Chunks): Response;
  /** Returns the request with these headers, which replace headers of the same names. */
  withHeaders(sent: Sent, headers: Readonly<Record<string, string>>): Sent;
  /** Whether the chunks are the bytes that the server sent, not decoded or changed. */
  isUnchanged(response: Response, job: Job): boolean;
}
