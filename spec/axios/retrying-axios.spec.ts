import { inspect } from 'node:util';
import axios from 'axios';
import MockAdapter from 'axios-mock-adapter';
import FormData from 'form-data';
import { TokenBucket, stop, wait } from 'tenax';
import { ClientError, NetworkError, RateLimitError, RetryingAxios, ServerError, retryIfHttp } from 'tenax/axios';
import { FlakyServer, type ServerStep } from 'tenax/testing';

// Real servers, so real time: the waits are a millisecond.
const quick = { wait: wait.fixed(1) };
let server: FlakyServer;

async function start(
  script: ServerStep[],
  handler?: Parameters<typeof FlakyServer.start>[0] extends infer O ? any : never,
): Promise<FlakyServer> {
  server = await FlakyServer.start({ script, handler });
  return server;
}

afterEach(async () => {
  await server.close();
});

describe('RetryingAxios', () => {
  test.each([429, 500, 503, 'drop', 'truncate'] as const)('retries a GET after %s', async (fault) => {
    await start([fault, fault]);
    const api = new RetryingAxios({ baseURL: server.url }, quick);
    await expect(api.get('/items')).resolves.toMatchObject({ status: 200, data: { ok: true } });
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 422])('asks once and says why at %s', async (status) => {
    await start([{ status, body: { reason: 'why' } }]);
    const api = new RetryingAxios({ baseURL: server.url }, quick);
    const error: ClientError = await api.get('/items?key=secret').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ status, method: 'GET', url: `${server.url}/items`, attempts: 1 });
    expect(error.response.data).toEqual({ reason: 'why' });
    expect(axios.isAxiosError(error)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('sends a POST again after 429, and after 503 only with an idempotency key', async () => {
    await start([429, 200, 503, 503, 200]);
    const api = new RetryingAxios({ baseURL: server.url }, quick);
    await expect(api.post('/x', { a: 1 })).resolves.toMatchObject({ status: 200 });
    await expect(api.post('/x', { a: 1 })).rejects.toThrow(ServerError);
    expect(server.requests).toHaveLength(3);
    const keyed = new RetryingAxios({ baseURL: server.url }, { ...quick, idempotencyKey: true });
    await keyed.post('/x', { a: 1 });
    const [first, second] = server.requests.slice(3);
    expect(first?.headers['idempotency-key']).toBeDefined();
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.body).toBe('{"a":1}');
  });

  test('runs interceptors and transforms once a call, and sends the same bytes each time', async () => {
    await start([503, 503]);
    const instance = axios.create({ baseURL: server.url });
    const counts = { request: 0, transform: 0, response: 0 };
    instance.interceptors.request.use((config) => {
      counts.request += 1;
      return config;
    });
    instance.interceptors.response.use((response) => {
      counts.response += 1;
      return response.data;
    });
    const detach = RetryingAxios.attach(instance, quick);
    expect(RetryingAxios.attach(instance, quick)).toBe(detach);
    const transformRequest = (data: unknown): string => {
      counts.transform += 1;
      return JSON.stringify(data);
    };
    await expect(instance.put('/x', { b: 2 }, { transformRequest })).resolves.toEqual({ ok: true });
    expect(counts).toEqual({ request: 1, transform: 1, response: 1 });
    expect(server.requests.map(({ body }) => body)).toEqual(['{"b":2}', '{"b":2}', '{"b":2}']);
    detach();
  });

  test('sends a form of form-data whole each time', async () => {
    await start([503]);
    const form = new FormData();
    form.append('name', 'value');
    await new RetryingAxios({ baseURL: server.url }, quick).put('/form', form);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]?.body).toContain('value');
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(server.requests[1]?.headers['content-type']).toBe(server.requests[0]?.headers['content-type']);
  });

  test('works with a mock that is attached later, and takes overrides per request', async () => {
    await start([]);
    const instance = axios.create();
    const api = new RetryingAxios(instance, quick);
    const mock = new MockAdapter(instance);
    mock.onGet('/m').replyOnce(503).onGet('/m').reply(200, { mocked: true });
    await expect(api('/m')).resolves.toMatchObject({ data: { mocked: true } });
    mock.reset();
    mock.onGet('/m').reply(503);
    await expect(api.get('/m', { retry: { stop: stop.afterAttempt(2) } })).rejects.toMatchObject({ attempts: 2 });
    mock.resetHistory();
    await expect(api.get('/m', { retry: false })).rejects.toThrow();
    expect(mock.history.get).toHaveLength(1);
  });

  test('goes by the status whatever validateStatus accepts, and sees accepted answers', async () => {
    await start([503, 200, { status: 200, body: { error: 'busy' } }, 200]);
    const api = new RetryingAxios({ baseURL: server.url, validateStatus: () => true }, quick);
    await expect(api.get('/x')).resolves.toMatchObject({ status: 200 });
    const picky = new RetryingAxios(
      { baseURL: server.url },
      { ...quick, retryIf: retryIfHttp.response((r) => JSON.stringify(r.data).includes('busy')) },
    );
    await expect(picky.get('/x')).resolves.toMatchObject({ data: { ok: true } });
    expect(server.requests).toHaveLength(4);
  });

  test('gives the last answer to validateStatus when attempts run out', async () => {
    await start(Array.from({ length: 6 }, () => 503));
    const api = new RetryingAxios({ baseURL: server.url, validateStatus: () => true }, quick);
    await expect(api.get('/x')).resolves.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(6);
  });

  test('a timeout is a network error; a refused connection is one for a POST too', async () => {
    await start(['stall', 200]);
    const api = new RetryingAxios({ baseURL: server.url, timeout: 50 }, quick);
    await expect(api.get('/x')).resolves.toMatchObject({ status: 200 });
    const { url } = await FlakyServer.start().then(async (gone) => (await gone.close(), gone));
    const error: NetworkError = await new RetryingAxios({ baseURL: url }, quick)
      .post('/x', {})
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'ECONNREFUSED', attempts: 6 });
  });

  test('an abort ends a backoff at once with a CanceledError', async () => {
    await start([503]);
    const controller = new AbortController();
    const abort = (): void => void setImmediate(() => controller.abort(new Error('enough')));
    const api = new RetryingAxios({ baseURL: server.url }, { wait: wait.fixed(60_000), beforeSleep: abort });
    const error = await api.get('/x', { signal: controller.signal }).catch((thrown: unknown) => thrown);
    expect(axios.isCancel(error)).toBe(true);
    expect((error as Error).cause).toEqual(new Error('enough'));
    expect(server.requests).toHaveLength(1);
  });

  test('shows no secret when an error is printed, logged or serialized', async () => {
    await start([401]);
    const api = new RetryingAxios({ baseURL: server.url, headers: { Authorization: 'Bearer s3cret' } }, quick);
    const error: Error = await api.get('/x', { params: { api_key: 's3cret' } }).catch((thrown) => thrown);
    for (const text of [
      inspect(error, { depth: 9 }),
      JSON.stringify(error),
      String(error),
      inspect({ ...error }),
      error.stack,
    ]) {
      expect(text).not.toContain('s3cret');
    }
  });

  test('takes a token for every attempt, and one 429 holds back all callers', async () => {
    await start([{ status: 429, headers: { 'retry-after': '0.2' } }]);
    const bucket = new TokenBucket({ rate: 1000 });
    const api = new RetryingAxios({ baseURL: server.url }, { limiter: bucket });
    await api.get('/first');
    await api.get('/second');
    const [refused, again] = server.requests;
    expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(199);
    const error = new RateLimitError({ status: 429, method: 'GET', url: '', headers: {}, response: {} });
    expect(error.code).toBe('TENAX_HTTP');
  });
});
