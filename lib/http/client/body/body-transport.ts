/** The chunks of a body, one by one. */
export interface Chunks {
  /** The next chunk, which is not empty; `undefined` at the end. Nothing is read ahead. */
  pull(): Promise<Uint8Array | undefined>;
  /** The reader leaves: everything ends at once. */
  cancel(reason?: unknown): void;
}

/** What a transport does so that bodies can be watched and continued. */
export interface BodyTransport<Job, Sent, Response> {
  /** Whether the answer to a request is handed over before its body was read. */
  isStreamed(job: Job): boolean;
  /** The body of an answer, if it is a stream: a ReadableStream, a Readable of Node, or an AsyncIterable of bytes. */
  streamOf(response: Response): object | undefined;
  /** The same answer with other chunks as its body. */
  withChunks(response: Response, chunks: Chunks): Response;
  /** Returns the request with these headers, which replace headers of the same names. */
  withHeaders(sent: Sent, headers: Readonly<Record<string, string>>): Sent;
  /** Whether the chunks are the bytes that the server sent: nobody has decoded or changed them. */
  isUnchanged(response: Response, job: Job): boolean;
}
