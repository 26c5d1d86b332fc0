import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { AttemptTimeoutError, CircuitBreaker, CircuitOpenError, retryIf, RetryBudget, stop, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { ClientError, NetworkError, ServerError, retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { LONG, runs } from '../../../long.js';
import { thrown } from '../../../thrown.js';
import { bytes, RangeServer, sha256, type Step } from './range-server.js';

// Real servers, so real time; the waits are a millisecond.
const quick: FetchRetryOptions = { resume: true, wait: wait.fixed(1), stop: stop.afterAttempt(3) };

let server: RangeServer;
afterEach(() => server.close());

type Get = (
  options?: FetchRetryOptions,
  request?: { headers?: Record<string, string>; signal?: AbortSignal; method?: string },
) => Promise<Uint8Array>;

const withFetch: Get = async (options = {}, request = {}) => {
  const response = await retryingFetch({ ...quick, ...options } as FetchRetryOptions)(server.url, request);
  return new Uint8Array(await response.arrayBuffer());
};

const withAxios =
  (adapter: 'http' | 'fetch'): Get =>
  async (options = {}, request = {}) => {
    const api = new RetryingAxios({ adapter }, { ...quick, ...options } as never);
    const { data } = await api.request<Readable>({ url: server.url, responseType: 'stream', ...request });
    const parts: Uint8Array[] = [];
    for await (const part of data) parts.push(part as Uint8Array);
    return new Uint8Array(Buffer.concat(parts));
  };

const clients: [string, Get][] = [
  ['retryingFetch', withFetch],
  ['RetryingAxios over http', withAxios('http')],
  ['RetryingAxios over fetch', withAxios('fetch')],
];

describe.each(clients)('a body of %s with resume', (_client, get) => {
  const fails = async <E extends Error = NetworkError>(
    options?: FetchRetryOptions,
    request?: Parameters<Get>[1],
  ): Promise<E> => thrown<E>(get(options, request));

  test('continues at the first missing byte of the same version', async () => {
    server = await RangeServer.start(100_000, [{ cutAfter: 30_000 }, { cutAfter: 50_000 }]);
    expect(sha256(await get())).toBe(sha256(server.content));
    expect(server.ranges).toEqual([undefined, 'bytes=30000-', 'bytes=80000-']);
    expect(server.requests.map(({ headers }) => headers['if-range'])).toEqual([undefined, '"v1"', '"v1"']);
    expect(server.sent).toBe(100_000);
  });

  test('asks for identity, and leaves an encoding that the request names', async () => {
    server = await RangeServer.start(10);
    await get();
    await get({}, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'gzip']);
  });

  test('continues by Last-Modified if there is no ETag', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    server.etag = undefined;
    server.lastModified = new Date(Date.now() - 120_000).toUTCString();
    expect(sha256(await get())).toBe(sha256(server.content));
    expect(server.requests[1]?.headers['if-range']).toBe(server.lastModified);
  });

  const unsafe: [string, (served: RangeServer) => void][] = [
    ['a weak ETag', (served) => (served.etag = 'W/"v1"')],
    [
      'a Last-Modified of this minute',
      (served) => {
        served.etag = undefined;
        served.lastModified = new Date().toUTCString();
      },
    ],
    [
      'a weak ETag beside an old Last-Modified',
      (served) => {
        served.etag = 'W/"v1"';
        served.lastModified = new Date(Date.now() - 120_000).toUTCString();
      },
    ],
    ['neither', (served) => (served.etag = undefined)],
    [
      'a Content-Encoding',
      (served) => {
        served.steps = [{ cutAfter: 300, headers: { 'Content-Encoding': 'x-own' } }];
      },
    ],
  ];
  test.each(unsafe)('breaks as without resume after an answer with %s', async (_what, prepare) => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    prepare(server);
    expect(await fails()).not.toBeInstanceOf(NetworkError);
    expect(server.requests).toHaveLength(1);
  });

  test('is not continued for another method', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    await fails({}, { method: 'POST' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers['accept-encoding']).not.toBe('identity');
  });

  test('keeps within the range that the caller asked for', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 100 }]);
    expect(Buffer.from(await get({}, { headers: { Range: 'bytes=200-799' } }))).toEqual(
      server.content.subarray(200, 800),
    );
    expect(server.ranges).toEqual(['bytes=200-799', 'bytes=300-799']);
    server.requests.length = 0;
    server.steps = [{ cutAfter: 100 }];
    expect(Buffer.from(await get({}, { headers: { Range: 'bytes=200-' } }))).toEqual(server.content.subarray(200));
    expect(server.ranges).toEqual(['bytes=200-', 'bytes=300-']);
  });

  test('never joins two versions: a server that has another one answers with all of it', async () => {
    const renewed = {
      handle: (_request: unknown, response: ServerResponse) =>
        void response.writeHead(200, { ETag: '"v2"' }).end('new'),
    };
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, renewed]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('broke off after 300 bytes: the server answered 200 instead of 206');
    expect(server.requests).toHaveLength(2);
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ['another place', { 'Content-Range': 'bytes 299-999/1000' }, /begins at byte 300/],
    ['no place', { 'Content-Range': '' }, /begins at byte 300/],
    ['another total', { 'Content-Range': 'bytes 300-999/1001' }, /had 1000 bytes/],
    ['another ETag', { 'Content-Range': 'bytes 300-999/1000', ETag: '"v2"' }, /changed/],
    ['a weak ETag', { 'Content-Range': 'bytes 300-999/1000', ETag: 'W/"v1"' }, /changed/],
    ['a Content-Encoding', { 'Content-Range': 'bytes 300-999/1000', 'Content-Encoding': 'x-own' }, /Content-Encoding/],
  ];
  test.each(wrong)('refuses a 206 with %s', async (_what, headers, message) => {
    server = await RangeServer.start(1000, [
      { cutAfter: 300 },
      { handle: (_request, response) => response.writeHead(206, headers).end('x'.repeat(700)) },
    ]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toMatch(message);
    expect(server.requests).toHaveLength(2);
  });

  test('refuses a 206 that the client has decoded', async () => {
    const headers = { 'Content-Range': 'bytes 300-999/1000', 'Content-Encoding': 'gzip' };
    server = await RangeServer.start(1000, [
      { cutAfter: 300 },
      { handle: (_request, response) => response.writeHead(206, headers).end(gzipSync(Buffer.alloc(700))) },
    ]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toMatch(/broke off after 300 bytes: the rest (?:has a Content-Encoding|was decoded)/);
    expect(server.requests).toHaveLength(2);
  });

  test('passes on no byte of a rest that is longer than it says', async () => {
    const headers = { 'Content-Range': 'bytes 300-999/1000' };
    server = await RangeServer.start(1000, [
      { cutAfter: 300 },
      { handle: (_request, response) => response.writeHead(206, headers).end('x'.repeat(701)) },
    ]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('more than it had said');
  });

  test.each([404, 410])('fails with the ClientError of a %d', async (status) => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, { status }]);
    const error = await fails<ClientError>();
    expect(error).toBeInstanceOf(ClientError);
    expect(error.status).toBe(status);
  });

  test.each([403, 416])('fails with a NetworkError that names the status for a %d', async (status) => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, { status }]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain(`the server answered ${status}`);
    expect((error.cause as Error).name).toBe('ClientError');
  });

  test('waits and tries again as the policy says, and the policy starts over after a chunk', async () => {
    const steps: Step[] = [{ cutAfter: 100 }];
    for (let i = 0; i < 4; i += 1) steps.push({ status: 503 }, { cutAfter: 100 });
    server = await RangeServer.start(1000, steps);
    const attempts: number[] = [];
    const get3 = get({ beforeSleep: ({ attemptNumber }) => void attempts.push(attemptNumber) });
    expect(sha256(await get3)).toBe(sha256(server.content));
    expect(attempts).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1]);
  });

  test('fails with the last error when the policy gives up', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 100 }, { status: 503 }, { status: 503 }]);
    const given: unknown[] = [];
    const error = await fails<ServerError>({ onGiveUp: ({ outcome }) => void given.push(outcome) });
    expect(error).toBeInstanceOf(ServerError);
    expect([error.status, server.requests.length, given.length]).toEqual([503, 3, 1]);
  });

  test('counts a cut without a chunk in between as another failure', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 100 }, { cutAfter: 0 }, { cutAfter: 0 }, { cutAfter: 0 }]);
    const error = await fails();
    expect(error).toBeInstanceOf(NetworkError);
    expect(server.requests).toHaveLength(3);
  });

  test('learns its length from a rest that names the total, and is complete with that', async () => {
    server = await RangeServer.start(1000, [
      { cutAfter: 300 },
      {
        // It ends well and is too short: without a Content-Length nothing else tells.
        handle: (_request, response) =>
          void response
            .writeHead(206, { ETag: '"v1"', 'Content-Range': 'bytes 300-999/1000' })
            .end(server.content.subarray(300, 600)),
      },
    ]);
    server.chunked = true;
    expect(sha256(await get())).toBe(sha256(server.content));
    expect(server.ranges).toEqual([undefined, 'bytes=300-', 'bytes=600-']);
  });

  test('asks nothing again once it is complete', async () => {
    server = await RangeServer.start(1000);
    server.chunked = true;
    await get();
    expect(server.requests).toHaveLength(1);
  });

  test('takes fresh credentials for every request of the rest', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, { cutAfter: 300 }]);
    const seen: unknown[] = [];
    await get({
      beforeAttempt: ((
        request: { headers: { get(name: string): unknown; set(name: string, value: string): void } },
        attempt: number,
      ) => {
        seen.push([attempt, request.headers.get('range') ?? null]);
        request.headers.set('Authorization', `token ${seen.length}`);
        return request;
      }) as never,
    });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['token 1', 'token 2', 'token 3']);
    expect(seen).toEqual([
      [1, null],
      [2, 'bytes=300-'],
      [2, 'bytes=600-'],
    ]);
  });

  test('refreshes credentials that have expired meanwhile, each time', async () => {
    server = await RangeServer.start(1000, [
      { cutAfter: 300 },
      { status: 401 },
      { cutAfter: 300 },
      { status: 401 },
      {},
    ]);
    let refreshed = 0;
    expect(sha256(await get({ refresh: async () => void (refreshed += 1) }))).toBe(sha256(server.content));
    expect(refreshed).toBe(2);
  });

  test('asks the breaker and spends the budget for each request', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, { status: 503 }]);
    const breaker = new CircuitBreaker({ failures: 1 });
    expect(await fails<CircuitOpenError>({ breaker })).toBeInstanceOf(CircuitOpenError);
    server.steps = [{ cutAfter: 300 }, { cutAfter: 300 }];
    const budget = {
      recorded: 0,
      spent: 0,
      recordAttempt: () => void (budget.recorded += 1),
      tryRetry: () => (budget.spent += 1) < 2,
    };
    expect(await fails({ budget: budget as unknown as RetryBudget })).toBeInstanceOf(NetworkError);
    expect([budget.recorded, budget.spent]).toEqual([1, 2]);
  });

  test('asks nothing of a fallback and of a retryErrorCallback, which are for calls', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }, { status: 503 }, { status: 503 }]);
    const replace = jest.fn();
    expect(await fails({ fallback: replace, retryErrorCallback: replace })).toBeInstanceOf(ServerError);
    expect(replace).not.toHaveBeenCalled();
  });

  test('fails with the first error if the policy does not retry it', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    expect(await fails({ retryIf: retryIf.never })).toBeInstanceOf(NetworkError);
    expect(server.requests).toHaveLength(1);
  });

  test('ends at once when the caller aborts: while it is read, while the policy waits, while the rest is asked for', async () => {
    for (const steps of [
      [{ stallAfter: 300 }],
      [{ cutAfter: 300 }, { status: 503 }],
      [{ cutAfter: 300 }, { handle: () => undefined }],
    ] as Step[][]) {
      server = await RangeServer.start(1000, steps);
      const controller = new AbortController();
      const reason = new Error('enough');
      const pending = fails<Error>({ wait: wait.fixed(60_000) }, { signal: controller.signal });
      await sleep(60);
      controller.abort(reason);
      const error = await pending;
      expect(error === reason || error.cause === reason).toBe(true);
      await sleep(20);
      expect(server.open).toBe(0);
      await server.close();
    }
    server = await RangeServer.start(1);
  });

  test('arrives the same wherever it is cut', async () => {
    const content = bytes(600);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 6 }), async (cuts) => {
        server = await RangeServer.start(
          content,
          cuts.map((cutAfter) => ({ cutAfter })),
        );
        try {
          expect(sha256(await get())).toBe(sha256(content));
          expect(server.sent).toBe(content.length);
        } finally {
          await server.close();
        }
      }),
      runs(6),
    );
    server = await RangeServer.start(1);
  });
});

// These wait in real time, so npm test takes one client.
describe.each(LONG ? clients : clients.slice(0, 1))('a silent body of %s with resume', (_client, get) => {
  test('continues after a silence, and fails with it when nothing else comes', async () => {
    server = await RangeServer.start(1000, [{ stallAfter: 400 }]);
    expect(sha256(await get({ idleTimeout: 60 }))).toBe(sha256(server.content));
    expect(server.ranges).toEqual([undefined, 'bytes=400-']);
    server.steps = [{ stallAfter: 400 }, { stallAfter: 0 }, { stallAfter: 0 }];
    const error = await thrown<AttemptTimeoutError>(get({ idleTimeout: 60 }));
    expect(error).toBeInstanceOf(AttemptTimeoutError);
    expect([error.limit, error.timeout]).toEqual(['idleTimeout', 60]);
  });

  test('is bounded by no deadline, and its requests by attemptTimeout until their headers', async () => {
    server = await RangeServer.start(1000, [{ stallAfter: 300 }, { handle: () => undefined }, { stallAfter: 300 }, {}]);
    expect(sha256(await get({ idleTimeout: 200, attemptTimeout: 400, deadline: 450 }))).toBe(sha256(server.content));
    expect(server.ranges).toEqual([undefined, 'bytes=300-', 'bytes=300-', 'bytes=600-']);
  });
});

describe('a body that is watched', () => {
  test('keeps the url and the other properties of a Response', async () => {
    server = await RangeServer.start(10);
    const response = await retryingFetch({ resume: true })(server.url);
    expect([response.url, response.redirected, response.status]).toEqual([server.url, false, 200]);
  });

  test('fails with AttemptTimeoutError when it is silent, without resume too', async () => {
    for (const get of [withFetch, withAxios('http')]) {
      server = await RangeServer.start(1000, [{ stallAfter: 400 }]);
      const error = await thrown<AttemptTimeoutError>(get({ idleTimeout: 40, resume: false }));
      expect([error.constructor, error.limit]).toEqual([AttemptTimeoutError, 'idleTimeout']);
      await sleep(20);
      expect([server.requests.length, server.open]).toEqual([1, 0]);
      await server.close();
    }
    server = await RangeServer.start(1);
  });

  test('does not count the time of its reader', async () => {
    server = await RangeServer.start(300_000);
    const response = await retryingFetch({ idleTimeout: 60 })(server.url);
    let length = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      if (length === 0) await sleep(150);
      length += chunk.length;
    }
    expect(length).toBe(300_000);
  });

  test('ends everything when its reader leaves', async () => {
    for (const resume of [true, false]) {
      server = await RangeServer.start(1000, [{ stallAfter: 300 }]);
      const response = await retryingFetch({ ...quick, resume, idleTimeout: 5000 })(server.url);
      const reader = (response.body as ReadableStream).getReader();
      await reader.read();
      await reader.cancel();
      const { data } = await new RetryingAxios({}, { ...quick, resume, idleTimeout: 5000 } as never).get<Readable>(
        server.url,
        {
          responseType: 'stream',
        },
      );
      data.destroy();
      await sleep(30);
      expect([server.open, server.requests.length]).toEqual([0, 2]);
      await server.close();
    }
    server = await RangeServer.start(1);
  });

  test('is asked for no more than its reader takes', async () => {
    server = await RangeServer.start(8_000_000);
    const response = await retryingFetch(quick)(server.url);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const before = process.memoryUsage().arrayBuffers;
    await sleep(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    await reader.cancel();
  });

  test('can be set per request of axios', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    const api = new RetryingAxios({}, { wait: wait.fixed(1) });
    const { data } = await api.get<Readable>(server.url, { responseType: 'stream', retry: { resume: true } });
    const parts: Buffer[] = [];
    for await (const part of data) parts.push(part as Buffer);
    expect(Buffer.concat(parts)).toEqual(server.content);
  });

  test('is said to be resumed in the log', async () => {
    server = await RangeServer.start(1000, [{ cutAfter: 300 }]);
    const lines: string[] = [];
    await withFetch({ logger: { log: (_level: string, line: string) => void lines.push(line) } as never });
    expect(lines).toEqual([
      expect.stringMatching(
        /^Resuming GET http:\S+ after 300 bytes in 0\.00 s as it raised NetworkError: GET http:\S+ broke off after 300 bytes: /,
      ),
    ]);
  });
});
