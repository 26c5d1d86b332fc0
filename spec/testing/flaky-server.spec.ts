import { request } from 'node:http';
import { FlakyServer } from 'tenax/testing';
import { thrown } from '../thrown.js';

// A real server, so real time.
let server: FlakyServer;
afterEach(() => server.close());

/** What a server answered: status, type and body. */
async function ask(path = '/', init?: RequestInit): Promise<[number, string | null, string]> {
  const response = await fetch(server.url + path, init);
  return [response.status, response.headers.get('content-type'), await response.text()];
}

/** A request of node:http, which tells what came before a connection broke. */
function askRaw(): Promise<{ status?: number; headers?: object; body: string; error?: Error }> {
  return new Promise((resolve) => {
    let body = '';
    const sent = request(server.url, (response) => {
      const { statusCode: status, headers } = response;
      const answer = (error?: Error): void =>
        resolve({ status: status as number, headers, body, error: error as Error });
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('error', answer).on('end', () => answer());
    });
    sent.on('error', (error) => resolve({ body, error })).end();
  });
}

describe('the answers of a FlakyServer', () => {
  test('follow its script, then are 200, and are kept in a log', async () => {
    server = await FlakyServer.start({
      script: [503, { status: 429, headers: { 'retry-after': '2' }, body: { a: 1 } }, 'drop'],
    });
    const from = performance.now();
    expect((await fetch(`${server.url}/a`)).status).toBe(503);
    const limited = await fetch(`${server.url}/b`, { method: 'POST', body: 'text', headers: { 'x-own': '1' } });
    expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toEqual([429, '2', { a: 1 }]);
    await expect(fetch(`${server.url}/c`)).rejects.toThrow();
    expect((await fetch(`${server.url}/d`)).status).toBe(200);
    expect(server.requests.map(({ method, url, body, status }) => [method, url, body, status])).toEqual([
      ['GET', '/a', '', 503],
      ['POST', '/b', 'text', 429],
      ['GET', '/c', '', undefined],
      ['GET', '/d', '', 200],
    ]);
    expect(server.requests[1]?.headers['x-own']).toBe('1');
    const times = [from, ...server.requests.map(({ at }) => at), performance.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('are JSON by default, unless the script has a body', async () => {
    server = await FlakyServer.start({
      script: [
        200,
        399,
        400,
        { status: 500 },
        { status: 200, body: 'plain', headers: { 'content-type': 'text/plain' } },
        { status: 200, body: null },
        { status: 200, body: 0 },
      ],
    });
    const json = 'application/json';
    expect(await ask()).toEqual([200, json, '{"ok":true}']);
    expect(await ask()).toEqual([399, json, '{"ok":true}']);
    expect(await ask()).toEqual([400, json, '{"error":400}']);
    expect(await ask()).toEqual([500, json, '{"error":500}']);
    expect(await ask()).toEqual([200, 'text/plain', 'plain']);
    expect(await ask()).toEqual([200, json, '{"ok":true}']);
    expect(await ask()).toEqual([200, json, '0']);
    expect(await ask()).toEqual([200, json, '{"ok":true}']);
  });

  test.each([204, 304])('with %i have no body', async (status) => {
    server = await FlakyServer.start({ script: [status] });
    const { body, headers } = await askRaw();
    expect(body).toBe('');
    expect(headers).not.toHaveProperty('content-length');
  });

  test('come from the handler after the script', async () => {
    server = await FlakyServer.start({
      script: [503],
      handler: async (incoming, response) => {
        await null;
        response.writeHead(201).end(`${incoming.method} ${incoming.url} ${incoming.body}`);
      },
    });
    expect((await ask())[0]).toBe(503);
    expect(await ask('/x', { method: 'PUT', body: 'sent' })).toEqual([201, null, 'PUT /x sent']);
    expect(server.requests.map(({ status }) => status)).toEqual([503, 201]);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('broken'))],
  ])('are none where a handler %s, and the server goes on', async (_how, handler) => {
    let calls = 0;
    server = await FlakyServer.start({
      handler: (_request, response) => (calls++ === 0 ? handler() : void response.end('fine')),
    });
    await expect(ask()).rejects.toThrow();
    expect((await ask())[2]).toBe('fine');
    expect(server.requests.map(({ status }) => status)).toEqual([undefined, 200]);
  });

  test('come at once by default', async () => {
    server = await FlakyServer.start({ script: [503, { status: 200 }] });
    const timer = jest.spyOn(globalThis, 'setTimeout');
    await ask();
    await ask();
    expect(timer).not.toHaveBeenCalled();
    timer.mockRestore();
  });

  test('come after the script’s delay', async () => {
    server = await FlakyServer.start({ script: [{ status: 200, delay: 60 }] });
    const begun = performance.now();
    await ask();
    expect(performance.now() - begun).toBeGreaterThan(55);
  });

  test('are given on 127.0.0.1, on a port of their own', async () => {
    server = await FlakyServer.start();
    const other = await FlakyServer.start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.url).not.toBe(server.url);
    await other.close();
    await expect(fetch(server.url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
  });
});

describe('the faults of a FlakyServer', () => {
  test('truncate: a head that promises a thousand bytes, a few of them, and the end', async () => {
    server = await FlakyServer.start({ script: ['truncate'] });
    const { status, headers, body, error } = await askRaw();
    expect([status, body, error?.message]).toEqual([200, '{"cut":', 'aborted']);
    expect(headers).toMatchObject({ 'content-length': '1000', 'content-type': 'application/json' });
    expect(server.requests[0]?.status).toBeUndefined();
  });

  test('drop: no answer at all', async () => {
    server = await FlakyServer.start({ script: ['drop'], handler: (_request, response) => void response.end() });
    expect(await askRaw()).toMatchObject({ body: '', error: { code: 'ECONNRESET' } });
  });

  test('stall: nothing, until the caller loses patience or the server is closed', async () => {
    server = await FlakyServer.start({ script: ['stall', 'stall'] });
    expect(await thrown<Error>(ask('/', { signal: AbortSignal.timeout(50) }))).toHaveProperty('name', 'TimeoutError');
    const pending = askRaw();
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect(await pending).toMatchObject({ body: '', error: { code: 'ECONNRESET' } });
  });

  test('a caller that hangs up half way is no request, and does it no harm', async () => {
    server = await FlakyServer.start();
    const upload = request(server.url, { method: 'POST', headers: { 'content-length': '100' } });
    upload.on('error', () => undefined);
    upload.write('half');
    await new Promise((resolve) => setTimeout(resolve, 20));
    upload.destroy();
    expect((await ask('/after'))[0]).toBe(200);
    expect(server.requests.map(({ url }) => url)).toEqual(['/after']);
  });

  test('it may be closed twice', async () => {
    server = await FlakyServer.start();
    await server.close();
    await expect(server.close()).resolves.toBeUndefined();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
