import axios from 'axios';
import { stop, wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { NetworkError, paginate, retryingFetch, type PageClient, type PaginateOptions } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';

const quick = { wait: wait.fixed(1) };
const clients: [string, PageClient][] = [
  ['RetryingAxios', new RetryingAxios({}, quick)],
  ['an axios instance', axios.create()],
  ['fetch', fetch],
  ['retryingFetch', retryingFetch(quick)],
];

let server: FlakyServer;
afterEach(() => server.close());

type Reply = { status?: number; headers?: Record<string, string>; body?: string; breaksOff?: boolean };

/** A server that replies to page `n` with the n-th reply, or the last one. */
async function serve(...replies: Reply[]): Promise<void> {
  const broken = new Set<number>();
  server = await FlakyServer.start({
    handler: ({ url = '' }, response) => {
      const page = Number(new URL(url, 'http://localhost').searchParams.get('page') ?? 1);
      const { status = 200, headers, body, breaksOff = false } = replies[Math.min(page, replies.length) - 1]!;
      const type = { 'content-type': 'application/json', ...headers };
      if (breaksOff && !broken.has(page)) {
        broken.add(page);
        response.writeHead(status, { ...type, 'content-length': '99' });
        response.write('[');
        setTimeout(() => response.destroy(), 5);
        return;
      }
      response.writeHead(status, type);
      response.end(body);
    },
  });
}

async function read(client: PageClient, options?: PaginateOptions<unknown>): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const item of paginate(client, `${server.url}/items`, options)) got.push(item);
  return got;
}

describe.each(clients)('The end over %s', (name, client) => {
  test.each([
    ['an empty page', { body: '[]' }],
    ['a 204', { status: 204 }],
    ['an empty body', {}],
    ['a body of white space', { body: ' \n' }],
  ])('is %s in page style', async (_what, end) => {
    await serve({ body: '[1,2]' }, { body: '[3]' }, end);
    const numbers: number[] = [];
    expect(await read(client, { onPage: ({ number }) => void numbers.push(number) })).toEqual([1, 2, 3]);
    expect([server.requests.length, numbers]).toEqual([3, [1, 2, 3]]);
  });

  test('is an empty body that items and next are not asked about', async () => {
    await serve({ status: 204 });
    const items = jest.fn();
    expect(await read(client, { items, next: ({ data }) => data.next })).toEqual([]);
    expect(items).not.toHaveBeenCalled();
  });

  test('is no empty body in link style, as long as there is a next', async () => {
    const link = { link: '</items?page=2>; rel="next"' };
    await serve({ status: 204, headers: link }, { body: '[1]' });
    expect(await read(client, { next: 'link' })).toEqual([1]);
  });

  test('is no short page', async () => {
    await serve({ body: '[1,2]' }, { body: '[3]' }, { body: '[4,5]' }, { body: '[]' });
    expect(await read(client, { perPage: 2 })).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([404, 400, 303])('is a status %d of endsWith, and otherwise an error from 400 on', async (status) => {
    await serve({ body: '[1,2]' }, { status, body: '{"error":"no such page"}' });
    const numbers: number[] = [];
    expect(await read(client, { endsWith: [410, status], onPage: ({ number }) => void numbers.push(number) })).toEqual([
      1, 2,
    ]);
    expect(numbers).toEqual([1]);
    expect(server.requests).toHaveLength(2);
    if (status >= 400) await expect(read(client, { endsWith: [410] })).rejects.toThrow();
  });

  test('is a status of endsWith in link style too', async () => {
    await serve({ body: '[1]', headers: { link: '</items?page=2>; rel="next"' } }, { status: 404 });
    expect(await read(client, { next: 'link', endsWith: [404] })).toEqual([1]);
  });

  test('throws after a page’s items when the same page comes again', async () => {
    await serve({ body: '[1,2]' }, { body: '{"items":[{"id":3}],"at":1}' });
    const got: unknown[] = [];
    const reading = (async () => {
      for await (const item of paginate(client, `${server.url}/items`)) got.push(item);
    })();
    await expect(reading).rejects.toThrow(
      'paginate: page 3 has the same items as the page before it: does the API count pages with "page"?',
    );
    expect([got, server.requests.length]).toEqual([[1, 2, { id: 3 }], 3]);
  });

  test('after a body that broke off: a retrying client requests the page again, a bare one fails', async () => {
    await serve({ body: '[1,2]' }, { body: '[3]', breaksOff: true }, { body: '[]' });
    if (name === 'fetch' || name === 'an axios instance') {
      await expect(read(client)).rejects.toThrow();
      return;
    }
    expect(await read(client)).toEqual([1, 2, 3]);
    expect(server.requests).toHaveLength(4);
  });
});

test.each([
  ['RetryingAxios', new RetryingAxios({}, { ...quick, stop: stop.afterAttempt(3) })],
  ['retryingFetch', retryingFetch({ ...quick, stop: stop.afterAttempt(3) })],
])(
  'A body that always breaks off is a NetworkError after as many attempts as the policy of %s has',
  async (_, client) => {
    server = await FlakyServer.start({ script: Array<'truncate'>(9).fill('truncate') });
    const error: unknown = await read(client).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NetworkError);
    expect([(error as NetworkError).attempts, server.requests.length]).toEqual([3, 3]);
  },
);

test('A stand-in for a Response needs no more than status, headers and json', async () => {
  await serve({});
  const standIn = async (url: string) => ({
    status: 200,
    headers: {},
    json: async () => (url.includes('=1') ? [7] : []),
  });
  expect(await read(standIn as never, { perPage: 5 })).toEqual([7]);
});

test('A page of class instances is recognized by its body', async () => {
  class Item {
    readonly #id: number;
    constructor(id: number) {
      this.#id = id;
    }
    get id(): number {
      return this.#id;
    }
  }
  await serve({ body: '[1]' }, { body: '[2]' }, { body: '[3]' });
  const items = (body: number[]): Item[] => body.map((id) => new Item(id));
  const got: number[] = [];
  const reading = (async () => {
    for await (const { id } of paginate<Item>(fetch, `${server.url}/items`, { items })) got.push(id);
  })();
  await expect(reading).rejects.toThrow('same items');
  expect(got).toEqual([1, 2, 3]);
});
