import { stop, wait } from 'tenax';
import type { ClientOptions, RequestFacts, Transport } from 'tenax/http';
import { HttpClient } from '../../../../lib/http/client/http-client.js';
import type { BodyTransport, Chunks } from '../../../../lib/http/client/body/body-transport.js';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly stream: object | undefined;
  readonly chunks?: Chunks;
}

/** A stream of these texts; an error fails it, and a promise holds it up. */
export function streamOf(...steps: (string | Error | Promise<string>)[]) {
  const stream = {
    closed: false,
    [Symbol.asyncIterator]: () => ({
      async next(): Promise<IteratorResult<Uint8Array>> {
        const step = await steps.shift();
        if (step instanceof Error) throw step;
        if (step === undefined) return { done: true, value: undefined };
        return { done: false, value: new TextEncoder().encode(step) };
      },
      async return(): Promise<IteratorResult<Uint8Array>> {
        stream.closed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return stream;
}

const streamOfChunks = (chunks: Chunks): object => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      const value = await chunks.pull();
      return { done: value === undefined, value };
    },
    return: async () => {
      chunks.cancel();
      return { done: true, value: undefined };
    },
  }),
});

export const reset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
export const never = new Promise<string>(() => undefined);

/** The answer with a body of six bytes. */
export const whole = (...steps: Parameters<typeof streamOf>): Reply => ({
  status: 200,
  headers: { etag: '"v1"', 'content-length': '6' },
  stream: streamOf(...steps),
});

/** The answer with the rest from a byte on. */
export const restFrom = (byte: number, ...steps: Parameters<typeof streamOf>): Reply => ({
  status: 206,
  headers: { etag: '"v1"', 'content-range': `bytes ${byte}-5/6` },
  stream: streamOf(...steps),
});

export const answer = (status: number): Reply => ({ status, headers: {}, stream: undefined });

type Facts = Partial<RequestFacts>;

/** A client that resumes bodies, over a transport that replies as it is told. */
export function scripted(
  replies: (Reply | Error | (() => Promise<Reply>))[],
  options: ClientOptions<any> = {},
  own: Partial<BodyTransport<Facts, object, Reply>> & Partial<Transport<Facts, object, Reply>> = {},
) {
  const { isStreamed, isUnchanged, ...others } = own;
  const sent: object[] = [];
  const discarded: Reply[] = [];
  const transport: Transport<Facts, object, Reply> = {
    describe: (facts) => ({ method: 'GET', url: 'http://api.test/file?key=s3cret', headers: {}, ...facts }),
    prepare: () => ({}),
    send: async (request) => {
      sent.push(request);
      const reply = replies.shift() as (typeof replies)[number];
      if (reply instanceof Error) throw reply;
      return typeof reply === 'function' ? reply() : reply;
    },
    discard: (reply) => void discarded.push(reply),
    ...others,
    bodies: {
      isStreamed: isStreamed ?? (() => true),
      streamOf: ({ stream }) => stream,
      withChunks: (reply, chunks) => ({ ...reply, chunks, stream: streamOfChunks(chunks) }),
      withHeaders: (request, headers) => ({ ...request, headers }),
      isUnchanged: isUnchanged ?? (() => true),
    },
  };
  const client = new HttpClient(transport, {
    resume: true,
    wait: wait.none(),
    stop: stop.afterAttempt(3),
    ...options,
  });
  const send = (facts: Facts = {}): Promise<Reply> => client.send(client.call(facts));
  return { send, sent, discarded, client };
}

/** The text of a body that is read to its end. */
export async function textOf({ chunks }: Reply): Promise<string> {
  let text = '';
  for (;;) {
    const chunk = await chunks!.pull();
    if (chunk === undefined) return text;
    text += new TextDecoder().decode(chunk);
  }
}
