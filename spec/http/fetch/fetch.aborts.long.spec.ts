import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { retryingFetch } from 'tenax/http';
import { thrown } from '../../thrown.js';

let server: Server;
let url: string;
let closed = 0;
/** Sends its headers and a first chunk at once. The rest comes later, or never. */
beforeAll(async () => {
  server = createServer((request, response) => {
    response.writeHead(request.url === '/503' ? 503 : 200);
    response.write('first ');
    if (request.url !== '/never') setTimeout(() => response.end('last'), 20);
    response.on('close', () => (closed += 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const derived: [string, () => AxiosRetryOptions][] = [
  ['no option', () => ({})],
  ['attemptTimeout', () => ({ attemptTimeout: 9000 })],
  ['deadline', () => ({ deadline: 9000 })],
  ['a signal of the client', () => ({ signal: new AbortController().signal })],
  ['all of them', () => ({ attemptTimeout: 9000, deadline: 9000, signal: () => new AbortController().signal })],
];

type Opened = { read: () => Promise<unknown>; body: unknown };
const clients: [string, (options: AxiosRetryOptions, path: string, signal?: AbortSignal) => Promise<Opened>][] = [
  [
    'fetch',
    async (options, path, signal) => {
      const response = await retryingFetch(options as never)(`${url}${path}`, { signal: signal ?? null });
      return { read: () => response.text(), body: response.body };
    },
  ],
  ...(['http', 'fetch'] as const).map((adapter): (typeof clients)[number] => [
    `axios over ${adapter}, a stream`,
    async (options, path, signal) => {
      const api = new RetryingAxios({ adapter, responseType: 'stream', validateStatus: () => true }, options);
      const { data } = await api.get(`${url}${path}`, { signal: signal as AbortSignal });
      const read = async (): Promise<string> => {
        let text = '';
        for await (const chunk of data as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
        return text;
      };
      return { read, body: data };
    },
  ]),
];

describe.each(clients)('%s', (_client, open) => {
  describe.each(derived)('with %s', (_what, options) => {
    test("the caller's abort reaches the body, also late", async () => {
      const controller = new AbortController();
      const opened = await open(options(), '/never', controller.signal);
      const before = closed;
      const reading = thrown(opened.read());
      setTimeout(() => controller.abort(new Error('the user left')), 30);
      expect(await reading).toBeDefined();
      while (closed === before) await new Promise((resolve) => setTimeout(resolve, 5));
    });

    test('nothing listens any more once the body was read', async () => {
      const { signal } = new AbortController();
      const made = options();
      for (let i = 0; i < 3; i += 1) expect(await (await open(made, '/', signal)).read()).toBe('first last');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      if (typeof made.signal === 'object') expect(getEventListeners(made.signal, 'abort')).toHaveLength(0);
    });

    test('the body is read to its end after the time of the headers', async () => {
      const made = { ...options() };
      if (made.attemptTimeout !== undefined) Object.assign(made, { attemptTimeout: 1000 });
      expect(await (await open(made, '/')).read()).toBe('first last');
    });
  });
});

test("the client's own signal ends a body too", async () => {
  const controller = new AbortController();
  const fetch = retryingFetch({ signal: controller.signal, attemptTimeout: 9000 });
  const response = await fetch(`${url}/never`, { signal: new AbortController().signal });
  const reason = new Error('shutdown');
  setTimeout(() => controller.abort(reason), 20);
  expect(await thrown(response.text())).toBe(reason);
});

test('a body that is cancelled releases its signals', async () => {
  const { signal } = new AbortController();
  const response = await retryingFetch({ attemptTimeout: 9000 })(`${url}/never`, { signal });
  await response.body?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('the last answer after failures is linked too', async () => {
  const { signal } = new AbortController();
  const fetch = retryingFetch({ attemptTimeout: 9000, wait: () => 1 });
  const response = await fetch(`${url}/503`, { signal });
  expect([response.status, await response.text()]).toEqual([503, 'first last']);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
