/** Calls back when an unfinished stream is garbage-collected, because it is no longer in use. */
export const abandoned = new FinalizationRegistry<() => void>((ended) => {
  ended();
});

/** Whether a stream is a byte stream, which can be read into the reader's own buffers. */
function isByteStream(body: ReadableStream): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a stream of the same chunks that calls `ended` once, when it was read to its end, has failed, was cancelled or was
 * garbage-collected. A platform has no other way to watch a stream. Nothing is read ahead.
 *
 * @param owner Kept as long as the stream, since platforms cancel the body of a Response that was garbage-collected.
 */
export function watchStream(
  body: ReadableStream<Uint8Array>,
  ended: () => void,
  owner?: object,
): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const token = {};
  const end = (): void => {
    abandoned.unregister(token);
    ended();
  };
  const source = {
    owner,
    async pull(controller: ReadableStreamDefaultController<Uint8Array> | ReadableByteStreamController): Promise<void> {
      reader ??= body.getReader();
      try {
        let { done, value } = await reader.read();
        // A byte stream does not accept an empty chunk.
        while (!done && value?.byteLength === 0) ({ done, value } = await reader.read());
        if (!done) {
          controller.enqueue(value as never);
          return;
        }
        controller.close();
        // A reader with its own buffer gets the buffer back.
        (controller as Partial<ReadableByteStreamController>).byobRequest?.respond(0);
        end();
      } catch (error) {
        controller.error(error);
        end();
      }
    },
    async cancel(reason: unknown): Promise<void> {
      end();
      await (reader ?? body).cancel(reason);
    },
  };
  const stream = isByteStream(body)
    ? new ReadableStream({ ...source, type: 'bytes' })
    : new ReadableStream<Uint8Array>(source, { highWaterMark: 0 });
  abandoned.register(stream, ended, token);
  return stream;
}
