/**
 * The platform offers no way to watch a stream, so the watched one passes its chunks on, as they are read. Nothing is read
 * ahead.
 */

/** Calls back when a stream that is no longer in use is collected: nobody will read it to its end. */
export const abandoned = new FinalizationRegistry<() => void>((ended) => {
  ended();
});

/** Byte streams stay byte streams, which can be read into buffers of the reader's own. */
function isByteStream(body: ReadableStream): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/**
 * A stream of the same chunks that calls `ended` once, when it was read to its end, failed, was cancelled or was collected.
 *
 * @param owner kept as long as the stream: platforms cancel the body of a Response that was collected
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
        // A byte stream takes no empty chunk.
        while (!done && value?.byteLength === 0) ({ done, value } = await reader.read());
        if (!done) {
          controller.enqueue(value as never);
          return;
        }
        controller.close();
        // A reader that brought its own buffer gets it back.
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
