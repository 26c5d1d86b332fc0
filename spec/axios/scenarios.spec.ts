import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import MockAdapter from 'axios-mock-adapter';
import FormDataPackage from 'form-data';
import { AttemptTimeoutError, TokenBucket, stop, wait } from 'tenax';
import {
  ClientError,
  HttpError,
  NetworkError,
  RateLimitError,
  RetryingAxios,
  ServerError,
  retryIfHttp,
  type AxiosRetryOptions,
} from 'tenax/axios';
import { thrown } from '../thrown.js';
import { ADAPTERS, serve, since, statuses, type Answer, type RealServer } from './real-server.js';

// Real servers, so real time; the waits are a millisecond.
const quick = { wait: wait.fixed(1) };

let server: RealServer;
afterEach(async () => {
  await server.close();
});

describe.each(ADAPTERS)('with the %s adapter', (name, adapter) => {
  /** An instance with this adapter in front of a server that answers so. */
  async function instanceFor(answer: Answer, config: AxiosRequestConfig = {}): Promise<AxiosInstance> {
    server = await serve(answer);
    return axios.create({ baseURL: server.url, ...adapter, ...config } as never);
  }
  async function apiFor(
    answer: Answer,
    options: AxiosRetryOptions = {},
    config: AxiosRequestConfig = {},
  ): Promise<RetryingAxios> {
    return new RetryingAxios(await instanceFor(answer, config), { ...quick, ...options });
  }

  describe("the user's interceptors", () => {
    it('run once a call, in the order of a single request; one that unwraps data gives data', async () => {
      const instance = await instanceFor(statuses(503, 503));
      const order: string[] = [];
      instance.interceptors.request.use((config) => (order.push('request 1'), config));
      RetryingAxios.attach(instance, quick);
      instance.interceptors.request.use((config) => (order.push('request 2'), config));
      instance.interceptors.response.use((response) => (order.push('response'), response.data));
      expect(await instance.get('/')).toEqual({ status: 200, ordinal: 3 });
      expect(order).toEqual(['request 2', 'request 1', 'response']);
    });

    it('see the typed error once, at the end', async () => {
      const instance = await instanceFor(statuses(503, 503, 503));
      const seen: unknown[] = [];
      instance.interceptors.response.use(undefined, (error) => {
        seen.push(error);
        return Promise.reject(error);
      });
      RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(3) });
      await expect(instance.get('/')).rejects.toBeInstanceOf(ServerError);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ attempts: 3, status: 503, isAxiosError: true });
    });

    it('that refresh a token and send the request again do not multiply the attempts', async () => {
      const instance = await instanceFor((response, ordinal, request) => {
        const authorized = request.headers.authorization === 'new';
        response.writeHead(authorized ? (ordinal < 4 ? 503 : 200) : 401).end('{}');
      });
      RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(4) });
      instance.interceptors.response.use(undefined, (error) => {
        if (error.response?.status !== 401) return Promise.reject(error);
        const config = { ...error.config, headers: { ...error.config.headers, Authorization: 'new' } };
        return instance.request(config);
      });
      await expect(instance.get('/')).resolves.toMatchObject({ status: 200 });
      expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'new', 'new', 'new']);
    });

    // axios 1.0 cannot send the config of an error again.
    (since(2) ? it : it.skip)(
      'that send it again and again while it fails make no more than their own number of calls',
      async () => {
        const instance = await instanceFor((response) => response.writeHead(503).end());
        RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(2) });
        let again = 0;
        instance.interceptors.response.use(undefined, (error) =>
          again++ < 2 ? instance.request(error.config) : Promise.reject(error),
        );
        await thrown(instance.get('/'));
        expect(server.seen).toHaveLength(6);
      },
    );
  });

  describe('a body', () => {
    const bodies: [string, () => unknown][] = [
      ['JSON', () => ({ a: [1, 'ü'] })],
      ['a string', () => 'plain ü'],
      ['URLSearchParams', () => new URLSearchParams({ a: '1', b: 'ü' })],
      ['a Buffer', () => Buffer.from([0, 255, 1, 254])],
      ['an ArrayBuffer', () => new Uint8Array([7, 8, 9]).buffer],
      ...(since(6)
        ? ([['a Blob', () => new Blob(['blob'], { type: 'text/plain' })]] as [string, () => unknown][])
        : []),
    ];
    it.each(bodies)('of %s goes out the same each time', async (_what, make) => {
      const api = await apiFor(statuses(503, 503));
      await api.put('/', make());
      const [first, ...others] = server.seen;
      expect(others).toHaveLength(2);
      expect(first?.body.length).toBeGreaterThan(2);
      for (const other of others) {
        expect(other.body.equals(first?.body as Buffer)).toBe(true);
        expect(other.headers['content-type']).toBe(first?.headers['content-type']);
        expect(other.headers['content-length']).toBe(first?.headers['content-length']);
        expect(other.headers['user-agent']).toBe(first?.headers['user-agent']);
      }
    });

    it('of a native form goes out the same each time, with the same boundary', async () => {
      const api = await apiFor(statuses(503), { methods: ['POST'] });
      const form = new FormData();
      form.append('name', 'value ü');
      form.append('file', new Blob(['content']), 'file.txt');
      await api.post('/', form);
      const [first, second] = server.seen;
      expect(second?.headers['content-type']).toBe(first?.headers['content-type']);
      expect(second?.body.toString()).toBe(first?.body.toString());
      expect(first?.body.toString()).toContain('content');
    });

    it('of postForm goes out the same each time', async () => {
      const api = await apiFor(statuses(429), {});
      await api.postForm('/', { a: 1, b: ['x', 'y'] });
      expect(server.seen[1]?.body.toString()).toBe(server.seen[0]?.body.toString());
      expect(server.seen[0]?.body.toString()).toContain('name="a"');
    });

    it('of npm form-data goes out whole each time', async () => {
      if (name === 'fetch') return server.close();
      const api = await apiFor(statuses(503));
      const form = new FormDataPackage();
      form.append('field', 'value');
      form.append('file', Buffer.from('bytes'), { filename: 'a.bin' });
      await api.put('/', form);
      expect(server.seen).toHaveLength(2);
      expect(server.seen[1]?.body.equals(server.seen[0]?.body as Buffer)).toBe(true);
      expect(server.seen[0]?.body.toString()).toContain('bytes');
    });

    it('that is a stream is sent once, and the error says so', async () => {
      const api = await apiFor(statuses(503));
      const stream = name === 'http' ? Readable.from([Buffer.from('all of it')]) : new Blob(['all of it']).stream();
      const error = await thrown<ServerError>(api.put('/', stream, { maxRedirects: 0 }));
      expect(server.seen.map(({ body }) => body.toString())).toEqual(['all of it']);
      expect(error).toBeInstanceOf(ServerError);
      expect(error.message).toMatch(/not retried: its body is a stream/);
    });

    it('is transformed once a call', async () => {
      let runs = 0;
      const api = await apiFor(statuses(503, 503));
      await api.put('/', { a: 1 }, { transformRequest: (data) => (runs++, JSON.stringify({ wrapped: data })) });
      expect(runs).toBe(1);
      expect(server.seen.map(({ body }) => body.toString())).toEqual(Array(3).fill('{"wrapped":{"a":1}}'));
    });
  });

  describe('which requests are retried', () => {
    it.each(['get', 'head', 'options', 'delete', 'put'] as const)('%s after 503', async (method) => {
      const api = await apiFor(statuses(503));
      await api.request({ method, url: '/' });
      expect(server.seen).toHaveLength(2);
    });

    it.each(['post', 'patch'] as const)('%s not after 503, and not after a dropped connection', async (method) => {
      const api = await apiFor((response, ordinal) =>
        ordinal === 1 ? response.writeHead(503).end() : response.destroy(),
      );
      await expect(api.request({ method, url: '/' })).rejects.toBeInstanceOf(ServerError);
      await expect(api.request({ method, url: '/' })).rejects.toBeInstanceOf(NetworkError);
      expect(server.seen).toHaveLength(2);
    });

    it.each(['post', 'patch', 'get'] as const)('%s after 429', async (method) => {
      const api = await apiFor(statuses(429));
      await api.request({ method, url: '/' });
      expect(server.seen).toHaveLength(2);
    });

    it('a POST with an Idempotency-Key of the caller, or one of ours, the same each time', async () => {
      const api = await apiFor(statuses(503, 200, 503, 200, 503, 200), { idempotencyKey: true });
      await api.post('/', {}, { headers: { 'Idempotency-Key': 'mine' } });
      await api.post('/', {});
      await api.post('/', {}, { retry: { idempotencyKey: () => 'made' } });
      const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
      expect([keys[0], keys[1], keys[4], keys[5]]).toEqual(['mine', 'mine', 'made', 'made']);
      expect(keys[2]).toMatch(/^[0-9a-f-]{36}$/);
      expect(keys[3]).toBe(keys[2]);
    });

    it('idempotencyKey: true is for POST and PATCH alone', async () => {
      const api = await apiFor(statuses(), { idempotencyKey: true });
      await api.get('/');
      await api.patch('/', {});
      expect(server.seen.map(({ headers }) => headers['idempotency-key'] !== undefined)).toEqual([false, true]);
    });

    it('what methods names', async () => {
      const api = await apiFor(statuses(503, 200, 503), { methods: ['post'] });
      await api.post('/', {});
      await expect(api.get('/')).rejects.toBeInstanceOf(ServerError);
    });

    it('a request that never left, a POST too', async () => {
      const api = await apiFor(statuses());
      await server.close();
      const error = await thrown<NetworkError>(api.post('/', {}, { retry: { stop: stop.afterAttempt(3) } }));
      expect(error).toBeInstanceOf(NetworkError);
      expect(error.attempts).toBe(3);
      expect(axios.isAxiosError(error)).toBe(true);
      server = await serve(statuses());
    });

    it.each([400, 401, 403, 404, 405, 409, 410, 422])('never %i, and the error says which and why', async (status) => {
      const api = await apiFor(statuses(status));
      const error = await thrown<ClientError>(api.get('/secret-free?key=s3cret'));
      expect(server.seen).toHaveLength(1);
      expect(error).toBeInstanceOf(ClientError);
      expect(error).toMatchObject({
        name: 'ClientError',
        status,
        attempts: 1,
        url: `${server.url}/secret-free`,
        code: 'ERR_BAD_REQUEST',
      });
      expect(error.message).toContain(String(status));
      expect(error.message).not.toContain('s3cret');
      expect(error.response.data).toEqual({ status, ordinal: 1 });
    });

    it('never a redirect, which is no error', async () => {
      const api = await apiFor((response, ordinal) =>
        ordinal === 1 ? response.writeHead(302, { location: '/there' }).end() : response.end('{"there":true}'),
      );
      await expect(api.get('/here')).resolves.toMatchObject({ data: { there: true } });
      expect(server.seen.map(({ url }) => url)).toEqual(['/here', '/there']);
    });

    it('never an answer or a request that is too large', async () => {
      const api = await apiFor((response) => response.end('x'.repeat(5000)));
      if (name === 'fetch' && !since(12)) return;
      await expect(api.get('/', { maxContentLength: 100 })).rejects.toMatchObject({ isAxiosError: true });
      expect(server.seen).toHaveLength(1);
      await expect(api.put('/', 'y'.repeat(5000), { maxBodyLength: 100 })).rejects.toMatchObject({
        isAxiosError: true,
      });
      expect(server.seen.length).toBeLessThanOrEqual(2);
    });

    it('never an unsupported protocol', async () => {
      let attempts = 0;
      const api = await apiFor(statuses(), { before: () => void (attempts += 1) });
      await thrown(api.get('ftp://127.0.0.1/'));
      expect(attempts).toBe(1);
    });
  });

  describe('the network', () => {
    it.each<[string, Answer]>([
      ['a dropped connection', (response) => response.destroy()],
      [
        'a truncated body',
        (response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('{"cut":');
          setImmediate(() => response.destroy());
        },
      ],
    ])('%s is a NetworkError, and retried', async (_what, fault) => {
      const api = await apiFor((response, ordinal, request) =>
        (ordinal <= 2 ? fault : statuses())(response, ordinal, request),
      );
      await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
      expect(server.seen).toHaveLength(3);
      await server.close();
      const broken = await apiFor(fault, { stop: stop.afterAttempt(2) });
      const error = await thrown<NetworkError>(broken.get('/x?key=s3cret'));
      expect(error).toBeInstanceOf(NetworkError);
      expect(error).not.toBeInstanceOf(HttpError);
      expect(error).toMatchObject({ attempts: 2, method: 'GET', url: `${server.url}/x`, isAxiosError: true });
      expect((error as { status?: number }).status).toBeUndefined();
      expect(typeof error.code).toBe('string');
    });

    it('a timeout is for each attempt', async () => {
      const api = await apiFor((response, ordinal) => {
        if (ordinal > 2) response.end('{}');
      });
      await expect(api.get('/', { timeout: 60 })).resolves.toMatchObject({ status: 200 });
      expect(server.seen).toHaveLength(3);
    });

    it('attemptTimeout and deadline are separate, and end as network errors', async () => {
      const api = await apiFor(() => undefined, { attemptTimeout: 40, deadline: 150 });
      const begun = performance.now();
      const error = await thrown<NetworkError>(api.get('/'));
      expect(performance.now() - begun).toBeLessThan(1500);
      expect(server.seen.length).toBeGreaterThanOrEqual(2);
      expect(error).toBeInstanceOf(NetworkError);
      expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
      expect(error.code).toBe('ETIMEDOUT');
    });

    it('a stalled body is cut off by attemptTimeout and tried again', async () => {
      const api = await apiFor(
        (response, ordinal) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.write('{"a"');
          if (ordinal > 1) response.end(':1}');
        },
        { attemptTimeout: 60 },
      );
      await expect(api.get('/')).resolves.toMatchObject({ data: { a: 1 } });
      expect(server.seen).toHaveLength(2);
    });
  });

  describe('an abort', () => {
    const moments: [string, Answer, AxiosRetryOptions][] = [
      ['during an attempt', () => undefined, {}],
      ['during a backoff', statuses(503, 503, 503), { wait: wait.fixed(60_000) }],
      ['during a wait for the limiter', statuses(), { limiter: new TokenBucket({ rate: 0.001, initial: 0 }) }],
    ];
    it.each(moments)(
      '%s ends the call at once with a CanceledError, its reason as the cause',
      async (_when, answer, options) => {
        const api = await apiFor(answer, options);
        const controller = new AbortController();
        const reason = new Error('enough');
        const pending = thrown(api.get('/', { signal: controller.signal }));
        await new Promise((resolve) => setTimeout(resolve, 40));
        const aborted = performance.now();
        controller.abort(reason);
        const error = await pending;
        expect(performance.now() - aborted).toBeLessThan(250);
        expect(axios.isCancel(error)).toBe(true);
        expect((error as Error).cause).toBe(reason);
        expect(server.seen.length).toBeLessThanOrEqual(1);
      },
    );

    it('beforehand: nothing is sent', async () => {
      const api = await apiFor(statuses());
      const error = await thrown(api.get('/', { signal: AbortSignal.abort(new Error('early')) }));
      expect(axios.isCancel(error)).toBe(true);
      expect(server.seen).toHaveLength(0);
    });

    it('by a CancelToken ends a backoff and an attempt', async () => {
      for (const answer of [statuses(503), () => undefined] as Answer[]) {
        const api = await apiFor(answer, { wait: wait.fixed(60_000) });
        const source = axios.CancelToken.source();
        const pending = thrown(api.get('/', { cancelToken: source.token }));
        await new Promise((resolve) => setTimeout(resolve, 40));
        source.cancel('by token');
        expect(axios.isCancel(await pending)).toBe(true);
        expect(server.seen).toHaveLength(1);
        await server.close();
      }
      server = await serve(statuses());
    });
  });

  describe('the answer', () => {
    it('that has to be retried though accepted is retried, and the last one resolves as validateStatus says', async () => {
      const api = await apiFor(statuses(503, 503, 503), { stop: stop.afterAttempt(2) }, { validateStatus: () => true });
      await expect(api.get('/')).resolves.toMatchObject({ status: 503, data: { ordinal: 2 } });
      await expect(api.get('/')).resolves.toMatchObject({ status: 200, data: { ordinal: 4 } });
    });

    it('that validateStatus refuses rejects, a 200 too', async () => {
      const api = await apiFor(statuses());
      await expect(api.get('/', { validateStatus: (status) => status === 201 })).rejects.toMatchObject({
        isAxiosError: true,
        response: { status: 200 },
      });
      expect(server.seen).toHaveLength(1);
    });

    it('is seen transformed by a condition, and its transforms do not run twice on the result', async () => {
      let runs = 0;
      const api = await apiFor(
        (response, ordinal) => response.end(JSON.stringify({ state: ordinal < 3 ? 'pending' : 'done' })),
        { retryIf: retryIfHttp.response((response) => response.data.wrapped.state === 'pending') },
      );
      const { data } = await api.get('/', {
        transformResponse: (text: string) => (runs++, { wrapped: JSON.parse(text) }),
      });
      expect(data).toEqual({ wrapped: { state: 'done' } });
      expect(runs).toBe(3);
    });

    it('has the config that the caller gave, the same for errors', async () => {
      const api = await apiFor(statuses(503, 200, 404));
      const { config } = await api.get('/a', { headers: { 'x-own': '1' } });
      expect(config).toMatchObject({ url: '/a', method: 'get' });
      expect(() => JSON.stringify(config)).not.toThrow();
      expect(config.validateStatus?.(500)).toBe(false);
      const error = await thrown<ClientError>(api.get('/b'));
      expect(error.config).toMatchObject({ url: '/b' });
      expect(() => JSON.stringify(error)).not.toThrow();
    });

    it('of a stream is let go when it failed, so that one socket is enough', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const big = 'x'.repeat(300_000);
      const api = await apiFor(
        (response, ordinal) => response.writeHead(ordinal < 3 ? 503 : 200).end(ordinal < 3 ? big : 'good'),
        {},
        { httpAgent: agent, responseType: 'stream' },
      );
      const { data } = await api.get('/');
      const chunks: Buffer[] = [];
      for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString()).toBe('good');
      agent.destroy();
    });

    it('of the last failure stays readable as a stream', async () => {
      const api = await apiFor(
        (response) => response.writeHead(503).end('the reason'),
        { stop: stop.afterAttempt(2) },
        { responseType: 'stream' },
      );
      const error = await thrown<ServerError>(api.get('/'));
      const chunks: Buffer[] = [];
      for await (const chunk of error.response.data as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).toString()).toBe('the reason');
    });
  });

  // Within jest axios 1.0 takes the headers of an answer for no plain object, and has none.
  (since(2) ? describe : describe.skip)('Retry-After', () => {
    it('is obeyed, and never shortened', async () => {
      const at: number[] = [];
      const api = await apiFor(
        (response, ordinal) => {
          at.push(performance.now());
          response.writeHead(ordinal === 1 ? 429 : 200, { 'retry-after': '0.15' }).end('{}');
        },
        { wait: undefined },
      );
      await api.get('/');
      expect((at[1] as number) - (at[0] as number)).toBeGreaterThanOrEqual(149);
    });

    it('of 0 means now', async () => {
      const api = await apiFor(
        (response, ordinal) => response.writeHead(ordinal === 1 ? 503 : 200, { 'retry-after': '0' }).end('{}'),
        { wait: undefined },
      );
      const begun = performance.now();
      await api.get('/');
      expect(performance.now() - begun).toBeLessThan(900);
    });

    it('above the cap gives up at once, and holds the limiter back for the cap at most', async () => {
      const limiter = new TokenBucket({ rate: 1000 });
      const api = await apiFor((response) => response.writeHead(429, { 'retry-after': '3600' }).end(), {
        wait: wait.retryAfter({ max: 200 }),
        limiter,
      });
      const error = await thrown<RateLimitError>(api.get('/'));
      expect(error).toMatchObject({ retryAfter: 3_600_000, attempts: 1, status: 429 });
      await expect(limiter.acquire(1, { maxWait: 250 })).resolves.toBeLessThan(1000);
    });
  });

  it('beforeAttempt gives each attempt fresh credentials', async () => {
    const api = await apiFor(statuses(503, 503), {
      beforeAttempt: async (config, attempt) => {
        config.headers.set('Authorization', `token ${attempt}`);
        return config;
      },
    });
    const { config } = await api.get('/');
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['token 1', 'token 2', 'token 3']);
    expect(JSON.stringify(config.headers)).not.toContain('token');
  });

  it('shows no secret, however an error is printed', async () => {
    const api = await apiFor(
      statuses(401),
      {},
      { headers: { Authorization: 'Bearer s3cret', Cookie: 's3cret' }, auth: { username: 'me', password: 's3cret' } },
    );
    const error = await thrown<Error>(api.get('/?api_key=s3cret', { params: { token: 's3cret' } }));
    for (const text of [
      inspect(error, { depth: 12, showHidden: false }),
      JSON.stringify(error),
      String(error),
      error.stack,
      inspect({ ...error }),
    ]) {
      expect(text).not.toContain('s3cret');
    }
  });

  it('a retry of one request is its own: options, or false', async () => {
    const api = await apiFor(statuses(503, 503, 503, 503));
    await expect(api.get('/', { retry: { stop: stop.afterAttempt(2) } })).rejects.toMatchObject({ attempts: 2 });
    const plain = await thrown(api.get('/', { retry: false }));
    expect(plain).not.toBeInstanceOf(HttpError);
    expect(server.seen).toHaveLength(3);
  });
});

describe('RetryingAxios in front of an instance', () => {
  it("leaves the instance's own calls alone", async () => {
    server = await serve(statuses(503, 503));
    const instance = axios.create({ baseURL: server.url });
    const api = new RetryingAxios(instance, quick);
    await expect(instance.get('/')).rejects.toMatchObject({ response: { status: 503 } });
    expect(server.seen).toHaveLength(1);
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
    expect(api.axios).toBe(instance);
  });

  it('does not multiply the attempts of an attached one', async () => {
    server = await serve((response) => response.writeHead(503).end());
    const instance = axios.create({ baseURL: server.url });
    RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(3) });
    await thrown(new RetryingAxios(instance, { ...quick, stop: stop.afterAttempt(3) }).get('/'));
    expect(server.seen).toHaveLength(3);
  });

  it('has the whole surface, its verbs detached too', async () => {
    server = await serve(statuses());
    const api = new RetryingAxios({ baseURL: server.url }, quick);
    const { get, post, request, head, options, put, patch, getUri, postForm, putForm, patchForm } = api;
    await Promise.all([
      api('/'), api({ url: '/' }), get('/'), post('/', {}), request({ url: '/' }), head('/'), options('/'), put('/'),
      patch('/'), api.delete('/'), postForm('/', { a: 1 }), putForm('/', { a: 1 }), patchForm('/', { a: 1 }),
    ]); // prettier-ignore
    expect(server.seen).toHaveLength(13);
    expect(getUri({ url: '/x', params: { a: 1 } })).toMatch(/\/x\?a=1$/);
    expect(api.defaults.baseURL).toBe(server.url);
    expect(api.interceptors.request).toBe(api.axios.interceptors.request);
    expect(api.retrying.totals.calls).toBe(13);
  });

  it('attached twice is attached once; detach restores it, also when a mock came and went', async () => {
    server = await serve(statuses(503, 503, 200, 503));
    const instance = axios.create({ baseURL: server.url });
    const detach = RetryingAxios.attach(instance, quick);
    RetryingAxios.attach(instance, quick);
    const mock = new MockAdapter(instance);
    mock.onGet('/').replyOnce(503).onGet('/').replyOnce(200, 'mocked');
    await expect(instance.get('/')).resolves.toMatchObject({ data: 'mocked' });
    expect(mock.history.get).toHaveLength(2);
    mock.restore();
    await instance.get('/');
    expect(server.seen).toHaveLength(3);
    detach();
    await expect(instance.get('/')).rejects.toMatchObject({ response: { status: 503 } });
    expect(server.seen).toHaveLength(4);
  });

  it('survives a mock that answers without headers', async () => {
    server = await serve(statuses());
    const instance = axios.create();
    new MockAdapter(instance)
      .onGet('/')
      .replyOnce(429)
      .onGet('/')
      .networkErrorOnce()
      .onGet('/')
      .timeoutOnce()
      .onGet('/')
      .reply(200);
    await expect(new RetryingAxios(instance, quick).get('/')).resolves.toMatchObject({ status: 200 });
  });

  it('a custom adapter is wrapped, whichever request names it', async () => {
    server = await serve(statuses());
    let calls = 0;
    const custom = async (config: any) => ({
      status: (calls += 1) < 3 ? 503 : 200,
      statusText: '',
      data: calls,
      headers: {},
      config,
    });
    const api = new RetryingAxios(axios.create(), quick);
    await expect(api.get('/', { adapter: custom as never })).resolves.toMatchObject({ data: 3 });
  });

  it('a thousand concurrent calls keep their own counters', async () => {
    const failed = new Map<string, number>();
    server = await serve((response, _ordinal, request) => {
      const url = request.url as string;
      const times = failed.get(url) ?? 0;
      failed.set(url, times + 1);
      response.writeHead(times < Number(url.slice(1)) % 3 ? 503 : 200).end('{}');
    });
    const api = new RetryingAxios(
      { baseURL: server.url, httpAgent: new Agent({ keepAlive: true, maxSockets: 50 }) },
      quick,
    );
    await Promise.all(Array.from({ length: 1000 }, (_, i) => api.get(`/${i}`)));
    expect(server.seen).toHaveLength(1000 + 333 + 2 * 333);
    api.defaults.httpAgent.destroy();
  }, 20_000); // a busy machine takes its time

  it('logs each retry, with nothing secret', async () => {
    server = await serve(statuses(503));
    const lines: unknown[][] = [];
    const logger = { warn: (...line: unknown[]) => void lines.push(line) };
    await new RetryingAxios({ baseURL: server.url.replace('//', '//me:s3cret@') }, { ...quick, logger }).get(
      '/a?key=s3cret',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.[1]).toMatch(/^Retrying GET http:\/\/127\.0\.0\.1:\d+\/a in 0\.00 s as it raised ServerError: /);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  it('a condition of the user decides on outcomes, the rules about methods stay in force', async () => {
    server = await serve(statuses(404, 404, 404));
    const api = new RetryingAxios({ baseURL: server.url }, { ...quick, retryIf: retryIfHttp.status(404) });
    await expect(api.post('/', {})).rejects.toBeInstanceOf(ClientError);
    expect(server.seen).toHaveLength(1);
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    [5, {}, /axios instance/],
    [undefined, { limiter: 5 }, /limiter/],
    [undefined, { beforeAttempt: 1 }, /beforeAttempt/],
    [undefined, { idempotencyKey: 'x' }, /idempotencyKey/],
    [undefined, { stpo: 1 }, /"stpo"/],
    [undefined, { methods: 'POST' }, /methods/],
    [undefined, { logger: 1 }, /logger/],
  ])('refuses %p, %p', async (client, options, message) => {
    server = await serve(statuses());
    expect(() => new RetryingAxios(client as never, options as never)).toThrow(message);
  });
});
