import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from 'axios';
import MockAdapter from 'axios-mock-adapter';
import { stop, wait } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { scripted, type Step } from './scripted-adapter.js';

const quick: AxiosRetryOptions = { wait: wait.none() };
const busy = (): Step[] => Array<Step>(20).fill(503);

/** The ways to a client whose instance has these defaults. */
const ways: [string, (defaults: object, options?: AxiosRetryOptions) => AxiosInstance | RetryingAxios][] = [
  ['new RetryingAxios(defaults)', (defaults, options = quick) => new RetryingAxios(defaults, options)],
  ['new RetryingAxios(instance)', (defaults, options = quick) => new RetryingAxios(axios.create(defaults), options)],
  ['create(defaults)', (defaults, options = quick) => new RetryingAxios({}, options).create(defaults)],
  [
    'RetryingAxios.attach(instance)',
    (defaults, options = quick) => {
      const instance = axios.create(defaults);
      RetryingAxios.attach(instance, options);
      return instance;
    },
  ],
];

describe.each(ways)('retry in the defaults of %s', (_way, make) => {
  /** How often a GET goes out that is never served. */
  async function attempts(
    defaults: AxiosRetryOptions | false | undefined,
    own?: AxiosRetryOptions | false,
    options?: AxiosRetryOptions,
  ): Promise<number> {
    const { adapter, seen } = scripted(...busy());
    await thrown(make({ adapter, retry: defaults }, options).get('/', own === undefined ? {} : { retry: own }));
    expect(seen.some((sent) => 'retry' in sent)).toBe(false);
    return seen.length;
  }

  test('of false is one plain request', async () => {
    expect(await attempts(false)).toBe(1);
  });

  test('that are wrong are refused at once', () => {
    const retry = { stop: 3 } as never;
    expect(() => make({ retry }, { name: 'api' })).toThrow(/stop takes/);
    expect(() => make({ retry: 'often' }, { name: 'api' })).toThrow('retry takes options or false, got "often"');
  });

  test("goes over the client's options, option by option", async () => {
    expect(await attempts({ stop: stop.afterAttempt(3) })).toBe(3);
    expect(
      await attempts({ wait: wait.none() }, undefined, { stop: stop.afterAttempt(2), wait: wait.fixed(60_000) }),
    ).toBe(2);
  });

  test('gives way to the options of a request, option by option', async () => {
    const defaults = { stop: stop.afterAttempt(3), wait: wait.none() };
    expect(await attempts(defaults, { stop: stop.afterAttempt(2) }, { wait: wait.fixed(60_000) })).toBe(2);
    expect(await attempts(defaults, { name: 'x' }, { wait: wait.fixed(60_000) })).toBe(3);
    expect(await attempts(defaults, { stop: undefined })).toBe(3);
  });

  test('of false is switched on again by the options of a request', async () => {
    expect(await attempts(false, { stop: stop.afterAttempt(2) })).toBe(2);
    expect(await attempts(false, {})).toBe(6);
  });

  test("gives way to a request's own false", async () => {
    expect(await attempts({ stop: stop.afterAttempt(3) }, false)).toBe(1);
    expect(await attempts(false, false)).toBe(1);
  });

  test('may be changed later', async () => {
    const { adapter, seen } = scripted(...busy());
    const client = make({ adapter, retry: false });
    client.defaults.retry = { stop: stop.afterAttempt(2) };
    await thrown(client.get('/'));
    expect(seen).toHaveLength(2);
  });

  test('rejects if it is set to something wrong later, and sends nothing', async () => {
    const { adapter, seen } = scripted();
    const client = make({ adapter });
    const said = async (retry: unknown): Promise<string> => {
      client.defaults.retry = retry as never;
      return (await thrown(client.get('/'))).message;
    };
    expect(await said(5)).toBe('retry takes options or false, got 5');
    expect(await said([])).toContain('got an array');
    expect(await said({ stpo: 1 })).toContain('"stpo"');
    expect(seen).toHaveLength(0);
  });
});

/** As winston's and pino's loggers do. */
class Circular {
  readonly self = this;
  log(): void {
    // nothing
  }
  warn(): void {
    // nothing
  }
}

describe.each(ways)('a request that is sent again with error.config, %s,', (_way, make) => {
  /** How often it goes out, and how often again with the config of its error. */
  async function sentAgain(own: AxiosRetryOptions | false | undefined, defaults = {}): Promise<number[]> {
    const { adapter, seen } = scripted(...busy());
    const client = make({ adapter, ...defaults });
    const error = await thrown<{ config: InternalAxiosRequestConfig }>(
      client.get('/', own === undefined ? {} : { retry: own }),
    );
    const first = seen.length;
    expect(() => JSON.stringify(error.config)).not.toThrow();
    await thrown(client.request(error.config));
    return [first, seen.length - first];
  }

  test.each<[string, AxiosRetryOptions | false | undefined, number]>([
    ['false', false, 1],
    ['options', { stop: stop.afterAttempt(2) }, 2],
    ['a logger that refers to itself', { stop: stop.afterAttempt(2), logger: new Circular() }, 2],
    ['nothing', undefined, 6],
  ])('keeps the retry that it was given: %s', async (_what, own, expected) => {
    expect(await sentAgain(own)).toEqual([expected, expected]);
  });

  test('keeps it although there are defaults', async () => {
    expect(await sentAgain({ stop: stop.afterAttempt(2) }, { retry: { stop: stop.afterAttempt(3) } })).toEqual([2, 2]);
  });

  test('may be given another', async () => {
    const { adapter, seen } = scripted(...busy());
    const client = make({ adapter });
    const error = await thrown<{ config: InternalAxiosRequestConfig }>(client.get('/', { retry: false }));
    await thrown(client.request({ ...error.config, retry: { stop: stop.afterAttempt(3) } }));
    expect(seen).toHaveLength(4);
    await thrown(client.request({ ...error.config, retry: false }));
    expect(seen).toHaveLength(5);
  });
});

test.each(['attach', 'in front'])('error.config keeps `retry: false` through a mock: %s', async (how) => {
  const instance = axios.create();
  const mock = new MockAdapter(instance);
  mock.onGet('/').replyOnce(401).onGet('/').reply(503);
  const api = how === 'attach' ? instance : new RetryingAxios(instance, quick);
  if (how === 'attach') RetryingAxios.attach(instance, quick);
  instance.interceptors.response.use(undefined, (error) =>
    error.response?.status === 401 ? api.request(error.config) : Promise.reject(error as Error),
  );
  await thrown(api.get('/', { retry: false }));
  expect(mock.history.get).toHaveLength(2);
});
