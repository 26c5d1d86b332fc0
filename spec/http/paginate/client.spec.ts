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
    ['nothing', undefined, 'undefined'],
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
