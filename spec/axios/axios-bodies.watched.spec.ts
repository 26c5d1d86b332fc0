import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import axios, { type InternalAxiosRequestConfig } from 'axios';
import { stop, wait } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { axiosBodies } from '../../lib/axios/axios-bodies.js';
import type { Chunks } from '../../lib/http/client/body/body-transport.js';
import { thrown } from '../thrown.js';
import { scripted, type Step } from './scripted-adapter.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of a body. */
async function read(data: unknown): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A stream of Node that breaks off after this text. */
const brokenAfter = (text: string): Readable =>
  Readable.from(
    (async function* () {
      yield bytes(text);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })(),
  );

const headers = { etag: '"v1"', 'content-length': '6' };
const first: Step = () => ({ headers, data: brokenAfter('abc') });
const rest: Step = () => ({
  status: 206,
  headers: { etag: '"v1"', 'content-range': 'bytes 3-5/6' },
  data: Readable.from([bytes('def')]),
});

/** A GET of a stream with `resume`, and what was sent for it. */
async function get(steps: Step[], options: AxiosRetryOptions = {}, config: object = {}) {
  const { adapter, seen } = scripted(...steps);
  const common = { resume: true, wait: wait.none(), stop: stop.afterAttempt(3) };
  const api = new RetryingAxios(axios.create({ adapter }), { ...common, ...options });
  const response = await api.get<unknown>('/file', { responseType: 'stream', ...config });
  const sent = (name: string): unknown[] => seen.map((each) => each.headers.get(name) ?? undefined);
  return { ...response, seen, sent };
}

describe('a body with resume', () => {
  test.each<[string, Step[], unknown[]]>([
    ['the first attempt', [first, rest], [undefined, 'bytes=3-']],
    ['a retry', [503, first, rest], [undefined, undefined, 'bytes=3-']],
  ])('of %s is continued where it broke off', async (_which, steps, ranges) => {
    const { data, sent, config } = await get(steps);
    expect(data).toBeInstanceOf(Readable);
    expect(await read(data)).toBe('abcdef');
    expect(sent('Range')).toStrictEqual(ranges);
    expect(new Set(sent('Accept-Encoding'))).toEqual(new Set(['identity']));
    expect(config.headers.get('Range')).toBeUndefined();
  });

  test('is not continued if the answer is not a stream', async () => {
    const { seen, sent } = await get([() => ({ headers, data: '{}' })], {}, { responseType: 'json' });
    expect([seen.length, ...sent('Accept-Encoding')]).toStrictEqual([1, undefined]);
  });

  test('is not continued if a transform put another in its place', async () => {
    const transformResponse = (data: Readable): unknown => data.on('error', () => undefined) && brokenAfter('xyz');
    const { data, seen } = await get([first, rest], { fallback: () => undefined as never }, { transformResponse });
    expect(await thrown(read(data))).toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toHaveLength(1);
  });

  test('is continued if the transforms left it as it is', async () => {
    const { data } = await get([first, rest], { fallback: () => undefined as never });
    expect(await read(data)).toBe('abcdef');
  });
});

describe('the chunks of a body', () => {
  const pulled = (chunks: (string | Error)[]): Chunks & { pulls: number; cancel: jest.Mock } => {
    const source = {
      pulls: 0,
      cancel: jest.fn(),
      pull: async (): Promise<Uint8Array | undefined> => {
        const chunk = chunks[source.pulls];
        source.pulls += 1;
        if (chunk instanceof Error) throw chunk;
        return chunk === undefined ? undefined : bytes(chunk);
      },
    };
    return source;
  };
  const wrapped = (chunks: Chunks, data: unknown = new PassThrough()): unknown =>
    axiosBodies.withChunks({ data } as never, chunks).data;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('are a Readable in the place of one, which reads nothing ahead', async () => {
    const chunks = pulled(['ab', 'cd']);
    const stream = wrapped(chunks) as Readable;
    await turn();
    expect(chunks.pulls).toBe(0);
    const reader = stream[Symbol.asyncIterator]();
    expect(String((await reader.next()).value)).toBe('ab');
    expect(chunks.pulls).toBeLessThan(3);
    expect(String((await reader.next()).value)).toBe('cd');
    expect((await reader.next()).done).toBe(true);
  });

  test('are a ReadableStream in the place of one', async () => {
    const stream = wrapped(pulled(['ab', 'cd']), new ReadableStream());
    expect(stream).toBeInstanceOf(ReadableStream);
    expect(await read(stream)).toBe('abcd');
  });

  test('fail with the error of the source', async () => {
    const broken = new Error('broken');
    expect(await thrown(read(wrapped(pulled(['ab', broken]))))).toBe(broken);
  });

  test.each<[string, Error | undefined]>([
    ['with an error', new Error('enough')],
    ['without one', undefined],
  ])('are cancelled when the Readable is destroyed %s', async (_how, error) => {
    const chunks = pulled(['ab']);
    const stream = wrapped(chunks) as Readable;
    const failed = jest.fn();
    stream.on('error', failed).destroy(error);
    await turn();
    expect(chunks.cancel.mock.calls).toStrictEqual([[error]]);
    expect(failed.mock.calls).toEqual(error === undefined ? [] : [[error]]);
    expect(stream.closed).toBe(true);
  });
});

describe('what is read of the body of an answer', () => {
  const streamOf = (data: unknown) => axiosBodies.streamOf({ data } as never);

  test('is a stream of Node, whose errors between two reads are no fault of the program', () => {
    const stream = new PassThrough();
    expect(streamOf(stream)).toBe(stream);
    expect(() => stream.emit('error', new Error('early'))).not.toThrow();
  });

  test.each<[string, object]>([
    ['a ReadableStream', new ReadableStream()],
    ['an object with getReader', { getReader: () => undefined }],
    ['a stream of Node without events', { destroy: () => undefined, [Symbol.asyncIterator]: () => undefined }],
  ])('is %s', (_what, stream) => {
    expect(streamOf(stream)).toBe(stream);
  });

  test.each<[string[] | undefined, boolean]>([
    [undefined, true],
    [[], true],
    [['Content-Type', 'text/plain'], true],
    [['Content-Encoding', 'gzip'], false],
    [['content-type', 'text/plain', 'CONTENT-ENCODING', 'br'], false],
    [['Content-Encoding', 'identity'], true],
    [['Content-Encoding', ' Identity '], true],
    [['Content-Encoding', ''], true],
    [['Content-Encoding', '  '], true],
    [['Content-Encoding', 'identity, gzip'], false],
    [['Content-Encoding', 'gzip, identity'], false],
    [['Content-Encoding', 'x identity'], false],
    [['Vary', 'Content-Encoding', 'Content-Length', '5'], true],
    [['Content-Encoding'], false],
  ])('with the headers %j of Node is unchanged: %j', (rawHeaders, expected) => {
    const isUnchanged = (request: unknown, changesBody = false): boolean =>
      axiosBodies.isUnchanged({ request } as never, { changesBody } as never);
    expect(isUnchanged({ res: { rawHeaders } })).toBe(expected);
    expect(isUnchanged({ res: { rawHeaders } }, true)).toBe(false);
    expect([isUnchanged(undefined), isUnchanged({})]).toEqual([true, true]);
  });

  test('a request for the rest has its headers in the place of those of the same names', () => {
    const sent = { headers: new Map([['range', 'bytes=0-']]) } as never as InternalAxiosRequestConfig;
    expect(axiosBodies.withHeaders(sent, { range: 'bytes=5-', 'if-range': '"v1"' })).toBe(sent);
    expect([...(sent.headers as never as Map<string, string>)]).toEqual([
      ['range', 'bytes=5-'],
      ['if-range', '"v1"'],
    ]);
  });
});

describe('until the body of an answer has ended, an abort of the caller', () => {
  /** A GET under two signals, whose answer has this body. */
  async function open(data: unknown) {
    const [own, common] = [new AbortController(), new AbortController()];
    const spies = [own, common].map(({ signal }) => [
      jest.spyOn(signal, 'addEventListener'),
      jest.spyOn(signal, 'removeEventListener'),
    ]);
    const response = await get([() => ({ data })], { resume: false, signal: common.signal }, { signal: own.signal });
    /** How many listeners are left on the two signals. */
    const left = (): number =>
      spies.reduce((sum, [added, removed]) => sum + added!.mock.calls.length - removed!.mock.calls.length, 0);
    return { ...response, left, abort: () => own.abort(), reached: () => response.seen[0]?.signal?.aborted };
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test.each<[string, () => unknown]>([
    ['a stream of Node', () => new PassThrough()],
    ['a ReadableStream', () => new ReadableStream()],
  ])('reaches %s', async (_what, make) => {
    const { abort, reached, left } = await open(make());
    expect(left()).toBeGreaterThan(0);
    abort();
    expect(reached()).toBe(true);
  });

  test.each<[string, unknown, (data: any) => unknown]>([
    ['a stream of Node was destroyed', new PassThrough(), (data: Readable) => data.destroy()],
    ['a stream says that it has ended', new EventEmitter(), (data: EventEmitter) => data.emit('end')],
    ['a ReadableStream was read', new Response('text').body, read],
    ['a ReadableStream was cancelled', new ReadableStream(), (data: ReadableStream) => data.cancel()],
    ['there was none', undefined, () => undefined],
    ['it was null', null, () => undefined],
    ['it was a text', 'text', () => undefined],
  ])('is listened for, and no longer: %s', async (_what, body, end) => {
    const { data, left } = await open(body);
    await end(data);
    await turn();
    expect(left()).toBe(0);
  });

  test('is not listened for where the platform has no ReadableStream and the body is not a stream of Node', async () => {
    const { ReadableStream: Class } = globalThis;
    Reflect.deleteProperty(globalThis, 'ReadableStream');
    const { left } = await open({ items: [] }).finally(() => (globalThis.ReadableStream = Class));
    expect(left()).toBe(0);
  });
});
