import { Agent } from 'node:http';
import axios from 'axios';
import MockAdapter from 'axios-mock-adapter';
import { stop } from 'tenax';
import { ClientError, RetryingAxios, ServerError, retryIfHttp } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { quick, realClients } from './real-clients.js';
import { statuses } from './real-server.js';

const { seen, serve, url } = realClients();

describe('RetryingAxios in front of an instance', () => {
  test("leaves the instance's own calls alone", async () => {
    await serve(statuses(503, 503));
    const instance = axios.create({ baseURL: url() });
    const api = new RetryingAxios(instance, quick);
    await expect(instance.get('/')).rejects.toMatchObject({ response: { status: 503 } });
    expect(seen()).toHaveLength(1);
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
    expect(api.axios).toBe(instance);
  });

  test('does not multiply the attempts of an attached one', async () => {
    await serve((response) => response.writeHead(503).end());
    const instance = axios.create({ baseURL: url() });
    RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(3) });
    await thrown(new RetryingAxios(instance, { ...quick, stop: stop.afterAttempt(3) }).get('/'));
    expect(seen()).toHaveLength(3);
  });

  test('has the whole surface, its verbs detached too', async () => {
    await serve(statuses());
    const api = new RetryingAxios({ baseURL: url() }, quick);
    const { get, post, request, head, options, put, patch, getUri, postForm, putForm, patchForm } = api;
    await Promise.all([
      api('/'), api({ url: '/' }), get('/'), post('/', {}), request({ url: '/' }), head('/'), options('/'), put('/'),
      patch('/'), api.delete('/'), postForm('/', { a: 1 }), putForm('/', { a: 1 }), patchForm('/', { a: 1 }),
    ]); // prettier-ignore
    expect(seen()).toHaveLength(13);
    expect(getUri({ url: '/x', params: { a: 1 } })).toMatch(/\/x\?a=1$/);
    expect(api.defaults.baseURL).toBe(url());
    expect(api.interceptors.request).toBe(api.axios.interceptors.request);
    expect(api.retrying.totals.calls).toBe(13);
  });

  test('attached twice is attached once; detach restores it, also when a mock came and went', async () => {
    await serve(statuses(503, 503, 200, 503));
    const instance = axios.create({ baseURL: url() });
    const detach = RetryingAxios.attach(instance, quick);
    RetryingAxios.attach(instance, quick);
    const mock = new MockAdapter(instance);
    mock.onGet('/').replyOnce(503).onGet('/').replyOnce(200, 'mocked');
    await expect(instance.get('/')).resolves.toMatchObject({ data: 'mocked' });
    expect(mock.history.get).toHaveLength(2);
    mock.restore();
    await instance.get('/');
    expect(seen()).toHaveLength(3);
    detach();
    await expect(instance.get('/')).rejects.toMatchObject({ response: { status: 503 } });
    expect(seen()).toHaveLength(4);
  });

  test('survives a mock that answers without headers', async () => {
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

  test('a custom adapter is wrapped, whichever request names it', async () => {
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

  test('hundreds of concurrent calls keep their own counters', async () => {
    const calls = process.env.TENAX_LONG ? 3000 : 150;
    const failed = new Map<string, number>();
    await serve((response, _ordinal, request) => {
      const url = request.url as string;
      const times = failed.get(url) ?? 0;
      failed.set(url, times + 1);
      response.writeHead(times < Number(url.slice(1)) % 3 ? 503 : 200).end('{}');
    });
    const api = new RetryingAxios({ baseURL: url(), httpAgent: new Agent({ keepAlive: true, maxSockets: 50 }) }, quick);
    await Promise.all(Array.from({ length: calls }, (_, i) => api.get(`/${i}`)));
    expect(seen()).toHaveLength(2 * calls);
    api.defaults.httpAgent.destroy();
  });

  test('logs each retry, with nothing secret', async () => {
    await serve(statuses(503));
    const lines: unknown[][] = [];
    const logger = { warn: (...line: unknown[]) => void lines.push(line) };
    await new RetryingAxios({ baseURL: url().replace('//', '//me:s3cret@') }, { ...quick, logger }).get(
      '/a?key=s3cret',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.[1]).toMatch(/^Retrying GET http:\/\/127\.0\.0\.1:\d+\/a in 0\.00 s as it raised ServerError: /);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  test('a condition of the user decides on outcomes, the rules about methods stay in force', async () => {
    await serve(statuses(404, 404, 404));
    const api = new RetryingAxios({ baseURL: url() }, { ...quick, retryIf: retryIfHttp.status(404) });
    await expect(api.post('/', {})).rejects.toBeInstanceOf(ClientError);
    expect(seen()).toHaveLength(1);
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
  });

  test.each([
    [5, {}, /axios instance/],
    [undefined, { limiter: 5 }, /limiter/],
    [undefined, { beforeAttempt: 1 }, /beforeAttempt/],
    [undefined, { idempotencyKey: 'x' }, /idempotencyKey/],
    [undefined, { stpo: 1 }, /"stpo"/],
    [undefined, { methods: 'POST' }, /methods/],
    [undefined, { logger: 1 }, /logger/],
  ])('refuses %p, %p', (client, options, message) => {
    expect(() => new RetryingAxios(client as never, options as never)).toThrow(message);
  });
});
