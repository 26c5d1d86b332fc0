import { retryStream, stop, wait } from 'tenax';
import { httpRetry, raiseForStatus } from 'tenax/http';

/** One event of a feed. */
export interface FeedEvent {
  readonly id: string;
  readonly data: string;
}

/** Cuts a text into events: fields line by line, and an empty line after each event. */
function parser(): TransformStream<string, FeedEvent> {
  let rest = '';
  let id = '';
  return new TransformStream({
    transform(text, controller) {
      const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data: string[] = [];
        for (const line of block.split('\n')) {
          const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
          if (field === 'id') id = value;
          if (field === 'data') data.push(value);
        }
        if (data.length > 0) controller.enqueue({ id, data: data.join('\n') });
      }
    },
    flush(controller) {
      // A feed has no end: where it ends it was dropped.
      controller.error(Object.assign(new Error('the feed was closed'), { code: 'ECONNRESET' }));
    },
  });
}

/** The events of a feed, after the one with this id. A ReadableStream, since that can be closed while it hangs. */
async function feed(url: string, lastEventId?: string): Promise<ReadableStream<FeedEvent>> {
  const headers = {
    Accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
  };
  const response = raiseForStatus(await fetch(url, { headers }));
  if (response.body === null) throw new Error('the answer has no body');
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(parser());
}

const policy = httpRetry({
  idempotent: true,
  stop: stop.afterAttempt(5),
  wait: wait.exponential({ initial: 10, max: 10_000 }),
});

/** The events of a feed that drops: each comes once, as long as the server keeps those that were missed. */
export const events = retryStream(feed, {
  ...policy,
  // Servers send a comment now and then so that a silence means something.
  idleTimeout: 45_000,
  resume: ({ args: [url], last }) => (last.id === '' ? undefined : [url, last.id]),
});
