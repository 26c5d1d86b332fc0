import type { Chunks } from './body-transport.js';

/**
 * The chunks as a stream of the platform. Nothing is read ahead: while nobody reads, nothing is asked of the source, and no
 * silence is counted.
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
      // A reader that brought its own buffer gets it back.
      controller.byobRequest?.respond(0);
    },
    cancel(reason: unknown): void {
      chunks.cancel(reason);
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
