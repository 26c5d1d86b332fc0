import axios from 'axios';
import { ServerError } from 'tenax/http';
import { pageGetter, type Retrieved } from '../../../lib/http/paginate/client.js';
import type { Plan } from '../../../lib/http/paginate/plan.js';
import { thrown } from '../../thrown';

const { signal } = new AbortController();
const URL_ = 'http://api.test/items';
const get = (
  client: unknown,
  params?: Record<string, unknown>,
  endsWith: number[] = [],
): Promise<Retrieved | undefined> => pageGetter({ client, endsWith } as unknown as Plan)({ url: URL_, params }, signal);

describe('pageGetter over fetch', () => {
  test('reads the body as JSON, an empty one as an empty text, and notes the last address', async () => {
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      asked.push(url);
      return asked.length === 1 ? Response.json([1]) : new Response('');
    };
    expect((await get(fetch, { page: 1 }))?.response.data).toEqual([1]);
    expect((await get(fetch))?.response.data).toBe('');
    expect(asked).toEqual([`${URL_}?page=1`, URL_]);
  });

  test('rejects with the typed error of an answer from 400 on, whose body is left', async () => {
    const error = await thrown<ServerError>(get(async () => new Response('why', { status: 500 })));
    expect(error).toBeInstanceOf(ServerError);
    expect(await error.response.text()).toBe('why');
  });

  test('resolves with nothing for a status that means the end, and cancels its body', async () => {
    const response = new Response('none', { status: 404 });
    expect(await get(async () => response, undefined, [404])).toBeUndefined();
    expect(response.bodyUsed || response.body?.locked === false).toBe(true);
  });
});

describe('pageGetter over fetch leaves the body', () => {
  const unread = (status: number) => {
    const text = jest.fn(async () => '[]');
    const cancel = jest.fn(async () => undefined);
    return { status, headers: {}, body: { cancel }, text };
  };

  test.each([400, 404])('of a %i to its error', async (status) => {
    const answer = unread(status);
    const error = await thrown<ServerError>(get(async () => answer as never));
    expect(error.response).toBe(answer);
    expect([answer.text.mock.calls.length, answer.body.cancel.mock.calls.length]).toEqual([0, 0]);
  });

  test('of a status that means the end unread, and cancels it', async () => {
    const answer = unread(202);
    expect(await get(async () => answer as never, undefined, [202])).toBeUndefined();
    expect([answer.text.mock.calls.length, answer.body.cancel.mock.calls.length]).toEqual([0, 1]);
  });

  test('of a 399 to be read as a page', async () => {
    expect((await get(async () => unread(399) as never))?.response).toEqual({ status: 399, headers: {}, data: [] });
  });
});

test.each([
  ['http://api.test/new', 'http://api.test/new'],
  ['HTTPS://api.test/new', 'HTTPS://api.test/new'],
  ['blob:http://api.test/1', undefined],
  ['/new', undefined],
  ['', undefined],
  [new URL('http://api.test/new'), undefined],
  [5, undefined],
  [undefined, undefined],
])('pageGetter notes the address %j of an answer as %j', async (url, address) => {
  const answer = { status: 200, headers: {}, url, text: async () => '[]' };
  expect((await get(async () => answer as never))?.address).toBe(address);
  for (const request of [{ responseURL: url }, { res: { responseUrl: url } }, { res: {}, responseURL: url }]) {
    expect((await get({ get: async () => ({ status: 200, headers: {}, data: [], request }) }))?.address).toBe(address);
  }
});

describe('The config of a page over axios', () => {
  /** What `get` is called with. */
  async function sent(
    url: string,
    { defaults, params, endsWith = [] }: { defaults?: object; params?: object; endsWith?: number[] } = {},
  ): Promise<[string, { validateStatus?: (status: number) => boolean }]> {
    const client = { defaults, get: jest.fn(async () => ({ status: 200, headers: {}, data: [] })) };
    await pageGetter({ client, endsWith } as unknown as Plan)({ url, ...(params && { params }) } as never, signal);
    return client.get.mock.calls[0] as never;
  }
  const params = { page: 1 };

  test.each<[string, object, string, object]>([
    ['/items?page=7&q=1', { params }, '/items?q=1', { params }],
    ['', { params, defaults: { baseURL: 'http://api.test/items?page=7&q=1' } }, '', { params, baseURL: 'http://api.test/items?q=1' }],
    ['', { params, defaults: { baseURL: 'http://api.test/items' } }, '', { params }],
    ['', { params, defaults: {} }, '', { params }],
    ['/b', { params, defaults: { baseURL: 'http://api.test/items?page=7' } }, '/b', { params }],
    ['/b?c=2', {}, '/b?c=2', {}],
    ['/b?c=2', { defaults: { baseURL: '', allowAbsoluteUrls: true, params: { d: 1 } } }, '/b?c=2', {}],
    ['/b?c=2', { defaults: { params: { c: 1, d: 1 } } }, '/b?c=2', { params: { c: null } }],
    ['http://api.test/b', { defaults: { baseURL: 'http://api.test', allowAbsoluteUrls: false } }, 'http://api.test/b', { baseURL: '', allowAbsoluteUrls: true }],
  ])('of %j with %j changes only what it has to', async (url, given, address, config) => {
    expect(await sent(url, given)).toStrictEqual([address, { ...config, signal }]);
  }); // prettier-ignore

  test.each<[string, object, number[]]>([
    ['axios accepts by default', {}, [200, 299, 404]],
    ['the instance accepts', { validateStatus: (status: number) => status === 300 }, [300, 404]],
  ])('accepts a status of endsWith beside those that %s', async (_who, defaults, accepted) => {
    const [, { validateStatus }] = await sent('/items', { defaults, params, endsWith: [404] });
    expect([199, 200, 299, 300, 404, 500].filter((status) => validateStatus!(status))).toEqual(accepted);
  });

  test('changes nothing for an instance that accepts every status', async () => {
    expect(await sent('/b', { defaults: { validateStatus: null }, params, endsWith: [404] })).toStrictEqual([
      '/b',
      { params, signal },
    ]);
  });
});

test('pageGetter over fetch ends even if the body of the answer cannot be cancelled or is missing', async () => {
  const cancel = jest.fn(() => Promise.reject(new Error('locked')));
  for (const body of [{ cancel }, null, undefined, {}]) {
    expect(await get(async () => ({ status: 404, headers: {}, body }) as never, undefined, [404])).toBeUndefined();
  }
  expect(cancel).toHaveBeenCalledTimes(1);
});

describe('pageGetter over axios', () => {
  const clientOf = (status: number, asked: object[], config: object = {}) =>
    axios.create({
      ...config,
      adapter: async (sent) => {
        asked.push(sent);
        const response = { status, statusText: '', headers: {}, data: '[1]', config: sent };
        if (sent.validateStatus?.(status) === false)
          throw new axios.AxiosError('failed', '', sent, undefined, response);
        return response;
      },
    });

  test('passes the parameters and the signal on', async () => {
    const asked: object[] = [];
    expect((await get(clientOf(200, asked), { page: 1 }))?.response.data).toEqual([1]);
    expect(asked[0]).toMatchObject({ url: URL_, params: { page: 1 }, signal });
  });

  test.each<[string, unknown, string]>([
    ['a Response, as that of ky does', Response.json([1]), 'an instance of Response'],
    ['the body alone, as interceptors may', [1], 'an array'],
    ['a body that has a field named data', { data: [1] }, 'an object'],
    ['a body that has fields named status and data', { status: 'ok', data: [1] }, 'an object'],
    ['a status alone', { status: 200 }, 'an object'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a text', 'page', '"page"'],
  ])('refuses a get that resolves with %s', async (_what, resolved, shown) => {
    const error = await thrown(get({ get: async () => resolved }));
    expect(error).toEqual(
      new TypeError(`paginate: get must resolve with a response of axios, it resolved with ${shown}`),
    );
  });

  test('takes a 204 without data', async () => {
    const response = { status: 204, headers: {} };
    expect(await get({ get: async () => response })).toEqual({ response, address: undefined });
  });

  test('requests a complete address unchanged, whatever the defaults are', async () => {
    const asked: object[] = [];
    await get(clientOf(200, asked, { baseURL: 'http://other.test', allowAbsoluteUrls: false }));
    expect(asked[0]).toMatchObject({ url: URL_, baseURL: '', allowAbsoluteUrls: true });
  });

  test('resolves with nothing for a status that means the end', async () => {
    expect(await get(clientOf(404, []), undefined, [404])).toBeUndefined();
    expect(await get(clientOf(404, [], { validateStatus: null }), undefined, [404])).toBeUndefined();
    await expect(get(clientOf(404, []))).rejects.toThrow('failed');
  });
});

test.each([
  [undefined, 'undefined'],
  [{ ok: true }, 'an object'],
])('a fetch that resolves with %p, which is no response, is named', async (response, shown) => {
  await expect(get(async () => response)).rejects.toThrow(
    new TypeError(`paginate: fetch must resolve with a Response, it resolved with ${shown}`),
  );
});
