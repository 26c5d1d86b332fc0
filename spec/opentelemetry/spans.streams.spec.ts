import { retryStream, stop, wait } from 'tenax';
import { retryingFetch } from 'tenax/http';
import { RangeServer } from '../http/client/body/range-server.js';
import { instrumented, spansNow } from './telemetry.js';

instrumented();

/** Numbers from a source that breaks after each third of them. */
async function* numbers(from: number): AsyncGenerator<number> {
  for (let n = from; n <= 8; n += 1) {
    yield n;
    if (n % 3 === 0) throw new Error('dropped');
  }
}
const steady = retryStream(numbers, { stop: stop.afterAttempt(3), resume: ({ last }) => [last + 1] });

const events = (name: string): unknown[] =>
  spansNow(name).map((span) => span.events.map((event) => [event.name, event.attributes?.['tenax.items']]));

describe('the span of a stream', () => {
  test('is one, with an event for each resumption', async () => {
    const items: number[] = [];
    for await (const n of steady(1)) items.push(n);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(events('numbers')).toEqual([
      [
        ['resume', 3],
        ['resume', 6],
      ],
    ]);
  });

  test('ends without an error when the consumer leaves', async () => {
    for await (const n of steady(1)) if (n === 4) break;
    expect(events('numbers')).toEqual([[['resume', 3]]]);
    expect(spansNow('numbers')[0]?.status.code).toBe(0);
  });
});

describe('the rest of a body', () => {
  test('has one span, with an event for each resumption, however it ends', async () => {
    const server = await RangeServer.start(1000, [{ cutAfter: 300 }, { cutAfter: 300 }]);
    try {
      const fetch = retryingFetch({ resume: true, stop: stop.afterAttempt(2), wait: wait.fixed(1) });
      await (await fetch(server.url)).arrayBuffer();
      server.steps = [{ cutAfter: 300 }, { status: 404 }];
      await expect((await fetch(server.url)).arrayBuffer()).rejects.toThrow('404');
      server.steps = [{ cutAfter: 300 }, { stallAfter: 300 }];
      const reader = ((await fetch(server.url)).body as ReadableStream<Uint8Array>).getReader();
      for (let read = 0; read <= 300; read += ((await reader.read()).value as Uint8Array).length);
      await reader.cancel();
      const told = spansNow('GET').map(({ status, events: all }) => [
        status.code,
        ...all.map((event) => [event.name, event.attributes?.['tenax.bytes']]),
      ]);
      expect(told).toEqual([
        [0],
        [0, ['resume', 300], ['resume', 600]],
        [0],
        [2, ['resume', 300]],
        [0],
        [0, ['resume', 300]],
      ]);
    } finally {
      await server.close();
    }
  });
});
