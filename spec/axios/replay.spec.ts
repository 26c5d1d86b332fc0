import { Readable } from 'node:stream';
import axios, { type AxiosRequestConfig } from 'axios';
import FormDataPackage from 'form-data';
import { stop, wait } from 'tenax';
import { RetryingAxios, ServerError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { serve, statuses } from './real-server.js';
import { scripted } from './scripted-adapter.js';

const NOTE = 'answered 503 Service Unavailable; not retried: its body is a stream, which cannot be sent twice';

/** What becomes of a PUT of this body through an adapter that answers 503 once: what was sent, or the error. */
async function put(
  body: unknown,
  config: AxiosRequestConfig = {},
): Promise<{ sent: unknown[]; types: unknown[]; error?: Error }> {
  const { adapter, seen } = scripted(503);
  const api = new RetryingAxios(axios.create({ adapter, transformRequest: (data: unknown) => data }), {
    wait: wait.none(),
    stop: stop.afterAttempt(3),
  });
  const answer = await api.put('/', body, config).catch((error: Error) => error);
  return {
    sent: seen.map(({ data }) => data as unknown),
    types: seen.map(({ headers }) => headers.get('Content-Type')),
    ...(answer instanceof Error ? { error: answer } : {}),
  };
}

describe('a body is sent again', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'text'],
    ['an object', { a: 1 }],
    ['a function', () => 'text'],
    ['an object with a pipe that is none', { pipe: true }],
    ['bytes', Buffer.from('bytes')],
    ['a Blob', new Blob(['bytes'])],
  ])('as it is if it is %s', async (_what, body) => {
    const { sent, error } = await put(body);
    expect(error).toBeUndefined();
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
    if (body !== undefined && body !== null) expect(sent[0]).toEqual(body);
  });

  test('written out once, with its headers, if it is a form of form-data', async () => {
    const form = new FormDataPackage();
    form.append('field', 'value');
    const { sent, types, error } = await put(form, { headers: { 'X-Own': '1' } });
    expect(error).toBeUndefined();
    expect(sent).toEqual([form.getBuffer(), form.getBuffer()]);
    expect(types).toEqual(Array(2).fill(`multipart/form-data; boundary=${form.getBoundary()}`));
  });

  test('written out once, with its type, if it is a form of the platform', async () => {
    const form = new FormData();
    form.append('field', 'value');
    const { sent, types, error } = await put(form);
    expect(error).toBeUndefined();
    const [first, second] = sent as ArrayBuffer[];
    expect(first).toBe(second);
    const text = new TextDecoder().decode(first);
    expect(text).toContain('name="field"\r\n\r\nvalue');
    const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(String(types[0])) ?? [];
    expect(text.startsWith(`--${boundary}\r\n`)).toBe(true);
    expect(types[1]).toBe(types[0]);
  });
});

describe('a body is sent once, and the error says why, if it is', () => {
  const parts = (): FormDataPackage => {
    const form = new FormDataPackage();
    form.append('file', Readable.from([Buffer.from('streamed')]), { filename: 'a.bin' });
    return form;
  };
  test.each<[string, unknown]>([
    ['a stream of Node', Readable.from(['all of it'])],
    ['a stream of the platform', new Blob(['all of it']).stream()],
    ['a stream that has a buffer of its own', Object.assign(Readable.from(['x']), { getBuffer: () => 'no' })],
    ['a stream that has headers of its own', Object.assign(Readable.from(['x']), { getHeaders: () => ({}) })],
    ['a form with a stream in it', parts()],
  ])('%s', async (_what, body) => {
    const { sent, error } = await put(body);
    expect(error).toBeInstanceOf(ServerError);
    expect(error?.message).toBe(`PUT / ${NOTE}`);
    expect(sent).toEqual([body]);
  });

  test('a form with a stream in it, over a real connection: it goes out whole', async () => {
    const server = await serve(statuses(503, 503));
    const api = new RetryingAxios({ baseURL: server.url, proxy: false }, { wait: wait.none() });
    const error = await thrown<ServerError>(api.put('/', parts()));
    expect(error.message).toBe(`PUT ${server.url}/ ${NOTE}`);
    expect(server.seen.map(({ body }) => body.toString())).toEqual([expect.stringContaining('streamed')]);
    await server.close();
  });
});

describe('in a runtime without forms and streams of its own', () => {
  const { FormData: form, ReadableStream: stream } = globalThis;
  beforeEach(() => {
    Object.assign(globalThis, { FormData: undefined, ReadableStream: undefined });
  });
  afterEach(() => {
    Object.assign(globalThis, { FormData: form, ReadableStream: stream });
  });

  test('an object is sent again', async () => {
    const { sent, error } = await put({ a: 1 });
    expect(error).toBeUndefined();
    expect(sent).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test('a stream of Node is sent once', async () => {
    const { sent, error } = await put({ pipe: () => undefined });
    expect(error?.message).toBe(`PUT / ${NOTE}`);
    expect(sent).toHaveLength(1);
  });
});
