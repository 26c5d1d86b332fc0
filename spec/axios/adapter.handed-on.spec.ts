import axios, { AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { stop, wait } from 'tenax';
import { ClientError, RetryingAxios, ServerError, type AxiosRetryOptions } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { failing, scripted, type Step } from './scripted-adapter.js';

const quick = { wait: wait.none() };

/** A client in front of an adapter that takes these steps, and what the adapter was handed. */
function clientFor(options: AxiosRetryOptions, ...steps: Step[]): [RetryingAxios, InternalAxiosRequestConfig[]] {
  const { adapter, seen } = scripted(...steps);
  return [new RetryingAxios(axios.create({ adapter, baseURL: 'http://api.test' }), { ...quick, ...options }), seen];
}

/** A step that writes into the request as adapters and mocks do, and goes on to another. */
const writing =
  (then: Step): Step =>
  (config) => {
    config.headers.set('X-Written', `${config.headers.get('X-Written') ?? ''}again`);
    delete config.adapter;
    return typeof then === 'number' ? { status: then } : then(config);
  };

describe('the request of the first attempt', () => {
  test('is sent within the call, as axios sends it', async () => {
    const [api, seen] = clientFor({});
    const sent = api.get('/');
    expect(seen).toHaveLength(1);
    await sent;
  });

  test('is sent within the call through an attached instance too', async () => {
    const { adapter, seen } = scripted();
    const instance = axios.create({ adapter });
    RetryingAxios.attach(instance, quick);
    const sent = instance.get('/');
    expect(seen).toHaveLength(1);
    await sent;
  });

  test("is the caller's own, and comes back with what the adapter wrote, where one attempt is enough", async () => {
    const [api, seen] = clientFor({}, writing(200));
    const { config } = await api.get('/');
    expect(config).toBe(seen[0]);
    expect(config.headers.get('X-Written')).toBe('again');
  });

  test.each<[string, AxiosRetryOptions]>([
    ['beforeAttempt may change it', { beforeAttempt: (config) => config }],
    ['attemptTimeout gives it a signal', { attemptTimeout: 1000 }],
  ])('is a copy where %s', async (_why, options) => {
    const [api, seen] = clientFor(options, writing(200));
    const { config } = await api.get('/');
    expect(config).not.toBe(seen[0]);
    expect(config.headers.get('X-Written')).toBeUndefined();
    expect(config).not.toHaveProperty('signal');
  });

  test('accepts any status as far as the adapter is concerned, and has its own rule back at the end', async () => {
    const [api, seen] = clientFor({}, ({ validateStatus }) => ({ data: validateStatus?.(503) }));
    const rule = (status: number): boolean => status === 200;
    const { config, data } = await api.get('/', { validateStatus: rule });
    expect(data).toBe(true);
    expect(seen[0]).toBe(config);
    expect(config.validateStatus).toBe(rule);
  });
});

describe('the requests of further attempts', () => {
  test.each<[string, Step]>([
    ['answers', 503],
    ['fails', failing(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
  ])('go out as the first did, whatever the adapter wrote into it and then %s', async (_how, step) => {
    const [api, seen] = clientFor({ stop: stop.afterAttempt(4) }, ...Array<Step>(3).fill(writing(step)), (config) => ({
      data: [config.headers.get('X-Written'), typeof config.adapter, config.headers.get('X-Own'), config.url],
    }));
    const { data, config } = await api.get('/items', { headers: { 'X-Own': 'mine' } });
    expect(data).toEqual([undefined, 'function', 'mine', '/items']);
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(4);
    expect(seen.some((sent) => 'signal' in sent)).toBe(false);
    expect(seen[1]?.headers).toBeInstanceOf(AxiosHeaders ?? Object);
    expect(config).toBe(seen[0]);
    expect(config.headers.get('X-Written')).toBeUndefined();
    expect(typeof config.adapter).toBe('function');
  });

  test.each<[string, Step]>([
    ['an answer', 503],
    ['the lowest status that is an error', 400],
    ['none', failing(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
  ])("leave the error of %s the caller's config", async (_what, step) => {
    const [api] = clientFor({ stop: stop.afterAttempt(1) }, writing(step));
    const error = await thrown<ServerError & { config: InternalAxiosRequestConfig }>(api.get('/items'));
    expect(error.config.url).toBe('/items');
    expect(error.config.headers.get('X-Written')).toBeUndefined();
    expect(typeof error.config.adapter).toBe('function');
  });

  test('have the signal of their attempt, which aborts when it takes too long', async () => {
    const reasons: unknown[] = [];
    const hanging: Step = ({ signal }) => {
      signal?.addEventListener?.('abort', () => reasons.push((signal as AbortSignal).reason));
      return new Promise(() => undefined);
    };
    const [api] = clientFor({ attemptTimeout: 10 }, hanging, hanging);
    await api.get('/');
    expect(reasons).toEqual([
      expect.objectContaining({ name: 'AttemptTimeoutError' }),
      expect.objectContaining({ name: 'AttemptTimeoutError' }),
    ]);
    const error = await thrown<Error>(
      clientFor({ attemptTimeout: 10, stop: stop.afterAttempt(1) }, hanging)[0].get('/'),
    );
    expect([error.message, (error as { code?: unknown }).code]).toEqual([
      'GET http://api.test/ got no answer: attemptTimeout of 10 ms',
      'ETIMEDOUT',
    ]);
  });
});

describe('beforeAttempt', () => {
  test("gets a copy of the caller's request and the number of the attempt, and may answer another request", async () => {
    const given: [unknown, number][] = [];
    const [api, seen] = clientFor(
      {
        beforeAttempt: (config, attempt) => {
          given.push([config.headers.get('Authorization'), attempt]);
          config.headers.set('Authorization', `token ${attempt}`);
          return { ...config, url: `/${attempt}` };
        },
      },
      503,
    );
    const { config } = await api.get('/');
    expect(given).toEqual([
      [undefined, 1],
      [undefined, 2],
    ]);
    expect(seen.map(({ url, headers }) => [url, headers.get('Authorization')])).toEqual([
      ['/1', 'token 1'],
      ['/2', 'token 2'],
    ]);
    expect([config.url, config.headers.get('Authorization')]).toEqual(['/', undefined]);
  });

  test('that makes a POST of a GET has it sent once', async () => {
    const [api, seen] = clientFor({ beforeAttempt: (config) => ({ ...config, method: 'post' }) }, 503);
    await expect(api.get('/')).rejects.toMatchObject({ status: 503 });
    expect(seen.map(({ method }) => method)).toEqual(['post']);
  });

  test('that throws fails the call with just that', async () => {
    const bug = new TypeError('bug');
    const [api, seen] = clientFor({ beforeAttempt: () => Promise.reject(bug) });
    expect(await thrown(api.get('/'))).toBe(bug);
    expect(seen).toHaveLength(0);
  });
});

describe('enabled: false', () => {
  test('makes one attempt, the first, and keeps the signal of the request', async () => {
    const numbers: number[] = [];
    const beforeAttempt = (config: InternalAxiosRequestConfig, attempt: number): InternalAxiosRequestConfig => {
      numbers.push(attempt);
      return config;
    };
    const [api, seen] = clientFor({ enabled: false, beforeAttempt }, 503);
    const { signal } = new AbortController();
    expect(await thrown(api.get('/', { signal }))).toMatchObject({ status: 503, attempts: 1 });
    expect(numbers).toEqual([1]);
    expect(seen.map((config) => config.signal)).toEqual([signal]);
  });

  test('is a plain request without beforeAttempt too, and says how a connection failed', async () => {
    const [api, seen] = clientFor(
      { enabled: false },
      failing(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    );
    const { signal } = new AbortController();
    expect(await thrown(api.get('/', { signal }))).toMatchObject({ code: 'ECONNRESET', attempts: 1 });
    expect(seen.map((config) => config.signal)).toEqual([signal]);
  });
});

describe('a request that interceptors have made incomplete', () => {
  test('is a GET without a method', async () => {
    const [api, seen] = clientFor({}, 503, 404);
    api.interceptors.request.use((config) => {
      delete config.method;
      return config;
    });
    const error = await thrown<ClientError>(api.request({ url: '/items' }));
    expect(error).toMatchObject({ method: 'GET', url: 'http://api.test/items' });
    expect(seen).toHaveLength(2);
  });

  test('is to the base address without a path', async () => {
    const [api] = clientFor({}, 404);
    const error = await thrown<ClientError>(api.request({}));
    expect(error).toMatchObject({ method: 'GET', url: expect.stringMatching(/^http:\/\/api\.test\/?$/) });
    const [unreachable] = clientFor({}, failing(Object.assign(new Error('x'), { code: 'ECONNRESET' })));
    const fault = await thrown(unreachable.request({ retry: { stop: stop.afterAttempt(1) } }));
    expect(fault).toMatchObject({ method: 'GET', url: expect.stringMatching(/^http:\/\/api\.test\/?$/) });
  });
});
