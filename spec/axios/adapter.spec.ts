import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import { stop, wait } from 'tenax';
import { ClientError, RetryingAxios, ServerError } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { serve, since, statuses, type RealServer } from './real-server.js';
import { failing, scripted } from './scripted-adapter.js';

const quick = { wait: wait.none(), stop: stop.afterAttempt(3) };

describe('an adapter', () => {
  let server: RealServer;
  beforeEach(async () => {
    server = await serve(statuses(503));
  });
  afterEach(() => server.close());

  // Before 1.5 adapters had no names.
  (since(5) ? it : it.skip).each<[string, AxiosRequestConfig['adapter']]>([
    ['a name', 'http'],
    ['a list of names', ['xhr', 'http']],
    ["nothing, which means the instance's", undefined],
  ])('may be %s', async (_what, adapter) => {
    const api = new RetryingAxios({ baseURL: server.url }, quick);
    await expect(api.get('/', { adapter })).resolves.toMatchObject({ status: 200 });
    expect(server.seen).toHaveLength(2);
  });

  test('that has a name is the standard one where axios knows of no names', async () => {
    const { adapter, seen } = scripted(503);
    const older = axios as { getAdapter?: unknown };
    const { getAdapter } = older;
    const { adapter: standard } = axios.defaults;
    axios.defaults.adapter = adapter;
    delete older.getAdapter;
    const api = new RetryingAxios(axios.create(), quick);
    const own = scripted();
    await api.get('/', { adapter: own.adapter }).catch(() => undefined);
    await api.get('/', { adapter: 'http' as never }).finally(() => {
      axios.defaults.adapter = standard;
      if (getAdapter !== undefined) older.getAdapter = getAdapter;
    });
    expect([own.seen.length, seen.length]).toEqual([1, 2]);
  });

  test('of ours is taken off before it is put on: attempts do not multiply however often it is met', async () => {
    const { adapter, seen } = scripted(...Array<number>(20).fill(503));
    const instance = axios.create({ adapter });
    RetryingAxios.attach(instance, quick);
    const { config } = await thrown<{ config: AxiosRequestConfig }>(instance.get('/'));
    expect(seen).toHaveLength(3);
    const inherited = axios.create({ adapter: config.adapter });
    await thrown(new RetryingAxios(inherited, quick).get('/'));
    expect(seen).toHaveLength(6);
    await thrown(new RetryingAxios(axios.create(), quick).get('/', { adapter: config.adapter as never }));
    expect(seen).toHaveLength(9);
  });

  test('is asked for at each request, so that one put in place later is used', async () => {
    const { adapter, seen } = scripted(503);
    const instance = axios.create();
    const api = new RetryingAxios(instance, quick);
    instance.defaults.adapter = adapter;
    await api.get('/');
    expect(seen).toHaveLength(2);
  });
});

describe('an adapter that settles the answer itself', () => {
  /** As axios' own `settle` rejects. */
  const refused = (status: number): Parameters<typeof scripted>[0] =>
    failing(
      Object.assign(new AxiosError('refused', 'ERR_BAD_RESPONSE'), {
        response: { status, statusText: '', headers: {}, data: 'why' },
      }),
    );

  test.each([
    [400, ClientError, 1],
    [404, ClientError, 1],
    [503, ServerError, 3],
  ] as const)('with %i is understood as one that answers', async (status, type, attempts) => {
    const { adapter, seen } = scripted(refused(status), refused(status), refused(status));
    const api = new RetryingAxios(axios.create({ adapter }), quick);
    const error = await thrown<ClientError>(api.get('/items'));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, attempts, response: { data: 'why', config: { url: '/items' } } });
    expect(seen).toHaveLength(attempts);
  });

  test('as broken off, with the answer that it began with, is a fault of the network', async () => {
    const { adapter, seen } = scripted(refused(200), refused(399));
    await new RetryingAxios(axios.create({ adapter }), quick).get('/');
    expect(seen).toHaveLength(3);
  });
});

describe('an answer that validateStatus decides on', () => {
  const get = async (status: number, config: AxiosRequestConfig): Promise<unknown> => {
    const { adapter } = scripted(status, status, status);
    return new RetryingAxios(axios.create({ adapter }), quick).get('/items', config);
  };

  test.each<[number, string, AxiosRequestConfig]>([
    [404, 'there is no rule', { validateStatus: null }],
    [503, 'there is no rule', { validateStatus: null }],
    [404, 'the rule accepts it', { validateStatus: (status) => status === 404 }],
    [0, 'it has no status', {}],
    [0, 'it has no status', { validateStatus: () => false }],
  ])('of %i resolves where %s', async (status, _why, config) => {
    await expect(get(status, config)).resolves.toMatchObject({ status, config: { url: '/items' } });
  });

  test.each([200, 302])('of %i rejects as in axios if validateStatus refuses it', async (status) => {
    const request = { path: '/items' };
    const { adapter } = scripted(() => ({ status, request }));
    const api = new RetryingAxios(axios.create({ adapter }), quick);
    const error = await thrown<AxiosError>(api.get('/items', { validateStatus: () => false }));
    expect(error).toBeInstanceOf(AxiosError);
    expect(error).toMatchObject({
      message: `Request failed with status code ${status}`,
      code: 'ERR_BAD_RESPONSE',
      config: { url: '/items' },
      response: { status },
      request,
    });
  });

  test('of 404 rejects by the rule that axios comes with', async () => {
    await expect(get(404, {})).rejects.toBeInstanceOf(ClientError);
  });
});

describe('a value that is not a response', () => {
  test('fails the request with a clear error if an adapter resolves with it', async () => {
    const api = new RetryingAxios({ adapter: async () => undefined as never });
    await expect(api.get('/')).rejects.toThrow(
      new TypeError('the request must resolve with a response, it resolved with undefined'),
    );
  });

  test.each(['fallback', 'retryErrorCallback'])(
    'fails the request with a clear error if %s returns it',
    async (option) => {
      const adapter = async (): Promise<never> =>
        Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      const api = new RetryingAxios({ adapter }, { stop: stop.afterAttempt(1), [option]: () => 'cached' });
      await expect(api.get('/')).rejects.toThrow(
        new TypeError('fallback and retryErrorCallback must return a response of axios, got "cached"'),
      );
    },
  );
});
