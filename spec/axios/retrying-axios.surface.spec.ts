import axios, { type AxiosRequestConfig } from 'axios';
import { retryIf, stop, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { scripted } from './scripted-adapter.js';

const quick = { wait: wait.none(), stop: stop.afterAttempt(2) };
const config: AxiosRequestConfig = { headers: { 'X-Own': '1' }, params: { page: 2 } };

/** A client whose first answer is 429, and what it sent. */
function client(defaults: object = {}): [RetryingAxios, ReturnType<typeof scripted>['seen']] {
  const { adapter, seen } = scripted(429);
  return [new RetryingAxios(axios.create({ adapter, ...defaults }), quick), seen];
}

describe('each way to send a request hands on its config, and retries', () => {
  test.each<[string, string, (api: RetryingAxios) => Promise<unknown>, string | undefined]>([
    ['api(url, config)', 'get', (api) => api('/items', config), undefined],
    ['api(config)', 'post', (api) => api({ ...config, url: '/items', method: 'POST', data: 'sent' }), 'sent'],
    ['request', 'put', (api) => api.request({ ...config, url: '/items', method: 'PUT', data: 'sent' }), 'sent'],
    ['get', 'get', (api) => api.get('/items', config), undefined],
    ['delete', 'delete', (api) => api.delete('/items', { ...config, data: 'sent' }), 'sent'],
    ['head', 'head', (api) => api.head('/items', config), undefined],
    ['options', 'options', (api) => api.options('/items', config), undefined],
    ['post', 'post', (api) => api.post('/items', 'sent', config), 'sent'],
    ['put', 'put', (api) => api.put('/items', 'sent', config), 'sent'],
    ['patch', 'patch', (api) => api.patch('/items', 'sent', config), 'sent'],
  ])('%s', async (_way, method, send, data) => {
    const [api, seen] = client();
    await expect(send(api)).resolves.toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
    for (const sent of seen) {
      expect(sent).toMatchObject({ method, url: '/items', params: { page: 2 } });
      expect(sent.headers.get('X-Own')).toBe('1');
      expect(sent.data).toBe(data);
      expect(sent).not.toHaveProperty('retry');
    }
  });

  test.each(['post', 'put', 'patch'] as const)('%sForm', async (method) => {
    const [api, seen] = client();
    await expect(api[`${method}Form`]('/items', { a: 1 }, config)).resolves.toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
    expect(seen[1]).toMatchObject({ method, url: '/items', params: { page: 2 } });
    expect(new TextDecoder().decode(seen[1]?.data)).toContain('name="a"');
  });

  test.each<[string, (api: RetryingAxios) => Promise<unknown>]>([
    ['api', (api) => api('/items', null as never)],
    ['get', (api) => api.get('/items', null as never)],
    ['post', (api) => api.post('/items', 'sent', null as never)],
  ])('%s with null as config, as axios does', async (_way, send) => {
    const [api, seen] = client();
    await expect(send(api)).resolves.toMatchObject({ status: 200 });
    expect(seen).toMatchObject([{ url: '/items' }, { url: '/items' }]);
  });

  test('without a config too', async () => {
    const [api, seen] = client();
    await api('/items');
    expect(seen).toMatchObject([{ url: '/items' }, { url: '/items' }]);
  });
});

describe('the options of one request', () => {
  test('override those of the client, and do not reach the adapter', async () => {
    const { adapter, seen } = scripted(503, 503, 503, 503);
    const api = new RetryingAxios(axios.create({ adapter }), quick);
    await expect(api.get('/', { retry: { stop: stop.afterAttempt(4) } })).rejects.toMatchObject({ attempts: 4 });
    expect(seen.some((sent) => 'retry' in sent)).toBe(false);
  });

  test('that are undefined do not override those of the client', async () => {
    const { adapter, seen } = scripted(503, 503, 503);
    const api = new RetryingAxios(axios.create({ adapter }), quick);
    await expect(api.get('/', { retry: { stop: undefined, wait: undefined } })).rejects.toMatchObject({ attempts: 2 });
    expect(seen).toHaveLength(2);
  });

  test('may name an adapter as well, or that there is nothing to retry', async () => {
    const [api, standard] = client();
    const { adapter, seen } = scripted(503, 503, 503, 503, 503);
    await thrown(api.get('/', { adapter, retry: { stop: stop.afterAttempt(3) } }));
    expect(seen).toHaveLength(3);
    await thrown(api.get('/', { adapter, retry: false }));
    expect(seen).toHaveLength(4);
    expect(standard).toHaveLength(0);
    await expect(api.get('/', { retry: false })).rejects.not.toHaveProperty('attempts');
    expect(standard).toHaveLength(1);
    expect(standard.concat(seen).some((sent) => 'retry' in sent)).toBe(false);
  });

  test('throw an error that names a wrong option', async () => {
    const [api, seen] = client();
    const instance = axios.create({ adapter: api.defaults.adapter as never });
    RetryingAxios.attach(instance, quick);
    for (const one of [api, instance]) {
      // A promise in any case, as with axios.
      await expect(one.get('/', { retry: { stpo: 1 } as never })).rejects.toThrow('"stpo"');
      await expect(one.postForm('/', {}, { retry: { stop: 5 } as never })).rejects.toThrow('stop takes');
      await expect(one({ url: '/', retry: true as never })).rejects.toThrow(
        new TypeError('retry takes options or false, got true'),
      );
      await expect(one.post('/', {}, { retry: null as never })).rejects.toThrow('retry takes options or false');
    }
    expect(seen).toHaveLength(0);
  });
});

describe('new RetryingAxios', () => {
  test.each([[undefined], [null], [{}]])('of %p makes an instance of its own', (defaults) => {
    const api = new RetryingAxios(defaults as undefined);
    expect(api.axios.defaults.timeout).toBe(0);
    expect(api.axios).not.toBe(new RetryingAxios(defaults as undefined).axios);
  });

  test.each([
    [5, '5'],
    ['http://api.test', '"http://api.test"'],
    [true, 'true'],
    [[], 'an array'],
    [() => undefined, 'a function'],
  ])('of %p is refused', (client, shown) => {
    expect(() => new RetryingAxios(client as never)).toThrow(
      new TypeError(`RetryingAxios takes an axios instance or defaults for one, got ${shown}`),
    );
  });

  test('has `query` if its axios has it', async () => {
    const { adapter, seen } = scripted(429);
    const instance = axios.create({ adapter });
    const sent: unknown[] = [];
    const old = Object.assign(axios.create({ adapter }), { query: undefined });
    const recent = Object.assign(instance, { query: (...given: unknown[]) => void sent.push(given) });
    expect((new RetryingAxios(old as never) as { query?: unknown }).query).toBeUndefined();
    const api = new RetryingAxios(recent as never, quick) as unknown as RetryingAxios & {
      query: RetryingAxios['post'];
    };
    await expect(api.query('/items', 'asked', config)).resolves.toMatchObject({ status: 200 });
    expect(seen[1]).toMatchObject({ method: 'query', url: '/items', data: 'asked', params: { page: 2 } });
    expect(sent).toEqual([]);
  });

  test('creates another one as its axios does, with the same options', async () => {
    const [api, seen] = client({ baseURL: 'http://api.test' });
    const other = api.create({ params: { a: 1 } });
    expect(other).toBeInstanceOf(RetryingAxios);
    expect(other.axios).not.toBe(api.axios);
    await other.get('/');
    expect(seen[1]).toMatchObject({ baseURL: 'http://api.test', params: { a: 1 } });
  });

  test('makes at most six attempts by default', async () => {
    const { adapter, seen } = scripted(...Array<number>(9).fill(503));
    await thrown(new RetryingAxios(axios.create({ adapter })).get('/', { retry: { wait: wait.none() } }));
    expect(seen).toHaveLength(6);
  });

  test('is a RetryingAxios, and those of a subclass are of the subclass', () => {
    class Api extends RetryingAxios {
      answer(): number {
        return 42;
      }
    }
    const api = new Api({ baseURL: 'http://api.test' });
    expect(api).toBeInstanceOf(RetryingAxios);
    expect(api).toBeInstanceOf(Api);
    expect(api.answer()).toBe(42);
    expect(api.getUri({ url: '/items', params: { page: 2 } })).toBe('http://api.test/items?page=2');
    expect(api.getUri()).toMatch(/^http:\/\/api\.test\/?$/);
  });

  test('shows the defaults and interceptors of its instance, replaced ones too', () => {
    const api = new RetryingAxios({ timeout: 5 });
    expect(api.defaults).toBe(api.axios.defaults);
    expect(api.interceptors).toBe(api.axios.interceptors);
    api.axios.defaults = { ...api.axios.defaults, timeout: 7 };
    expect(api.defaults.timeout).toBe(7);
  });
});

describe('RetryingAxios.attach', () => {
  test.each([null, 5, [], () => undefined])('takes an object of options, not %p', (options) => {
    const takes = /^an HTTP client takes an object with stop, .*, got /;
    expect(() => new RetryingAxios({}, options as never)).toThrow(takes);
    expect(() => RetryingAxios.attach(axios.create(), options as never)).toThrow(takes);
  });

  test.each([
    [{}, 'an object'],
    [null, 'null'],
    [{ interceptors: {} }, 'an object'],
  ])('takes an instance, not %j', (given, shown) => {
    expect(() => RetryingAxios.attach(given as never)).toThrow(
      new TypeError(`RetryingAxios.attach takes an axios instance, got ${shown}`),
    );
  });

  test('retries without options too, unless a request says false, and the option does not reach the adapter', async () => {
    const { adapter, seen } = scripted(429, 200, 503);
    const instance = axios.create({ adapter });
    RetryingAxios.attach(instance);
    await instance.get('/', { retry: { wait: wait.none() } });
    expect(seen).toHaveLength(2);
    await expect(instance.get('/', { retry: false })).rejects.not.toHaveProperty('attempts');
    expect(seen).toHaveLength(3);
    expect(seen.some((sent) => 'retry' in sent)).toBe(false);
  });

  test('uses the current adapter of the instance, or that of the request', async () => {
    const instance = axios.create();
    RetryingAxios.attach(instance, quick);
    const later = scripted(503);
    instance.defaults.adapter = later.adapter;
    await instance.get('/');
    expect(later.seen).toHaveLength(2);
    const own = scripted(503);
    await instance.get('/', { adapter: own.adapter });
    expect([own.seen.length, later.seen.length]).toEqual([2, 2]);
  });

  test.each([[undefined], [null], ['odd']])('hands on what an adapter fails with, be it %p', async (failure) => {
    const instance = axios.create({ adapter: () => Promise.reject(failure) });
    RetryingAxios.attach(instance, { ...quick, retryIf: retryIf.never });
    expect(await thrown(instance.get('/'))).toBe(failure);
  });

  test("uses the instance's adapter if an interceptor has removed the request's", async () => {
    const { adapter, seen } = scripted(503);
    const instance = axios.create({ adapter });
    RetryingAxios.attach(instance, quick);
    instance.interceptors.request.use((request) => {
      delete request.adapter;
      return request;
    });
    await instance.get('/');
    expect(seen).toHaveLength(2);
  });

  test('can be done anew with other options once it has been undone', async () => {
    const { adapter, seen } = scripted(...Array<number>(9).fill(503));
    const instance = axios.create({ adapter });
    RetryingAxios.attach(instance, quick)();
    await thrown(instance.get('/'));
    expect(seen).toHaveLength(1);
    const detach = RetryingAxios.attach(instance, { ...quick, stop: stop.afterAttempt(3) });
    await thrown(instance.get('/'));
    expect(seen).toHaveLength(4);
    expect(RetryingAxios.attach(instance, quick)).toBe(detach);
  });
});
