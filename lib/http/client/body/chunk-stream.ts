import type { Chunks } from './body-transport.js';

/**
 * Returns the chunks as a ReadableStream. Nothing is read ahead, as with every byte stream: without a reader, the source is
 * not asked for chunks, and no idle time counts.
 */
export function chunkStream(chunks: Chunks): ReadableStream<Uint8Array> {
  const source = {
    type: 'bytes' as const,
    async pull(controller: ReadableByteStreamController): Promise<void> {
      const chunk = await chunks.pull();
      if (chunk !== undefined) {
        controller.enqueue(chunk);
        return;
      }
      controller.close();
      // A reader with its own buffer gets the buffer back.
      controller.byobRequest?.respond(0);
    },
    cancel(reason: unknown): void {
      chunks.cancel(reason);
    },
  };
  return new ReadableStream(source);
}
