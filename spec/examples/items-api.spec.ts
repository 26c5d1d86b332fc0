import { TokenBucket } from 'tenax';
import { FlakyServer } from 'tenax/testing';
import { ItemsApi, type ItemsApiOptions, type Page, type Position } from '../../docs/examples/sync/items-api';
import type { Retry } from '../../docs/examples/sync/retries';

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

type Options = Partial<ItemsApiOptions> & { from?: Position };

/** What is read of an API with these pages, by number; `ORIGIN` in the texts is its own. */
async function read(pages: Record<number, Reply>, { from = { page: 1 }, ...options }: Options = {}) {
  const server = await FlakyServer.start({
    handler: ({ url = '' }, response) => {
      const page = Number(new URL(url, 'http://localhost').searchParams.get('page'));
      const { status = 200, headers = {}, body } = pages[page] ?? { body: '[]' };
      response.setHeader('content-type', 'application/json');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.statusCode = status;
      response.end(body.replaceAll('ORIGIN', server.url));
    },
  });
  const seen: Page[] = [];
  try {
    const url = `${server.url.replace('//', '//me:s3cret@')}/items`;
    const limiter = new TokenBucket({ rate: 1000 });
    const api = new ItemsApi({ url, limiter, perPage: 50, concurrency: 1, ...options });
    const next = from.next?.replace('ORIGIN', server.url);
    await api.read({ ...from, next }, (page) => seen.push(page));
  } finally {
    await server.close();
  }
  const requests = server.requests.map(({ url }) => url);
  return { seen, requests, items: seen.flatMap(({ items }) => items), origin: server.url };
}

// Over real sockets, in no time.
describe('The items API', () => {
  test('counts pages until an empty one, where nothing is said of a next', async () => {
    const { items, seen, requests } = await read({ 1: { body: '{"items":[1,2]}' }, 2: { body: '{"items":[3]}' } });
    expect(items).toEqual([1, 2, 3]);
    expect(seen.map(({ after }) => after)).toEqual([{ page: 2 }, { page: 3 }, null]);
    expect(requests).toEqual([1, 2, 3].map((page) => expect.stringMatching(new RegExp(`[?&]page=${page}\\b`))));
  });

  test.each([
    ['a next of null', { body: '{"items":[1],"next":null}' }],
    ['an empty next', { body: '{"items":[1],"next":""}' }],
    ['a Link header with other pages only', { body: '[1]', headers: { link: '</items?page=1>; rel="last"' } }],
  ])('reads one page where %s says that it is the last', async (_, page) => {
    const { items, seen, requests } = await read({ 1: page, 2: { body: '[2]' } }, { concurrency: 8 });
    expect([items, seen[0]!.after, requests.length]).toEqual([[1], null, 1]);
  });

  test.each([
    ['in the body', { body: '{"items":[1],"next":"/items?page=2"}' }],
    ['in the body, whole', { body: '{"items":[1],"next":"ORIGIN/items?page=2"}' }],
    ['in the Link header', { body: '[1]', headers: { link: '</items?page=2>; rel="next"' } }],
  ])('counts where the next address is the next number: %s', async (_, page) => {
    const { items, requests } = await read({
      1: page,
      2: { body: '{"items":[2],"next":null}' },
      3: { status: 404, body: '' },
    });
    expect(items).toEqual([1, 2]);
    expect(requests.every((url) => url.includes('per_page=50'))).toBe(true);
  });

  test('follows every other address, with the credentials of its own, and says where it is', async () => {
    const { items, seen, origin, requests } = await read({
      1: { body: '{"items":[1],"next":"/items?page=7&c=x"}' },
      7: { body: '{"items":[2],"next":"?page=9"}' },
      9: { body: '{"items":[]}' },
    });
    const own = origin.replace('//', '//me:s3cret@');
    expect(items).toEqual([1, 2]);
    expect(seen.map(({ after }) => after)).toEqual([
      { page: 2, next: `${own}/items?page=7&c=x` },
      { page: 3, next: `${own}/items?page=9` },
      null,
    ]);
    expect(requests.slice(1)).toEqual(['/items?page=7&c=x', '/items?page=9']);
  });

  test('continues from a number or an address, which it requests as it is', async () => {
    const pages = { 2: { body: '{"items":[2],"next":"?page=3"}' }, 3: { body: '[3]' } };
    expect((await read(pages, { from: { page: 2 } })).items).toEqual([2, 3]);
    const { items, requests } = await read(pages, { from: { page: 2, next: 'ORIGIN/items?page=2' } });
    expect([items, requests]).toEqual([
      [2, 3],
      ['/items?page=2', '/items?page=3'],
    ]);
  });

  test('does not end where a page that was named is missing', async () => {
    const pages = { 1: { body: '{"items":[1],"next":"?page=2"}' }, 2: { status: 404, body: '' } };
    await expect(read(pages)).rejects.toThrow('page 2 is not there, though page 1 names it');
  });

  test('finds items and the next address where the options say', async () => {
    const { items } = await read(
      { 1: { body: '{"data":{"rows":[1]},"links":{"next":"?page=4"}}' }, 4: { body: '{"data":{"rows":[2]}}' } },
      { items: 'data.rows', next: 'links.next' },
    );
    expect(items).toEqual([1, 2]);
  });

  test('finds items in data', async () => {
    expect((await read({ 1: { body: '{"data":[1]}' }, 2: { body: '{"data":[]}' } })).items).toEqual([1]);
  });

  test('knows a total of the body or of X-Total-Count', async () => {
    const ofBody = await read({ 1: { body: '{"items":[1],"total":9,"next":null}' } });
    const ofHeader = await read({ 1: { body: '[1]', headers: { 'x-total-count': '9', link: '<>; rel="last"' } } });
    const none = await read({ 1: { body: '{"items":[1],"next":null}' } });
    expect([ofBody, ofHeader, none].map(({ seen }) => seen[0]!.total)).toEqual([9, 9, undefined]);
  });

  test.each(['null', '{}', '7', '{"items":{}}'])('says in one line that %j holds no items', async (body) => {
    await expect(read({ 1: { body } })).rejects.toThrow(
      /^the answer holds no list of items; --items tells where it is$/,
    );
  });

  test('tells of each retry: what failed, on which page, and when it is tried again', async () => {
    const retries: Retry[] = [];
    const server = await FlakyServer.start({
      script: [{ status: 429, headers: { 'retry-after': '0' } }, 503, 'drop', { status: 200, body: [] }],
    });
    const options = { url: server.url, perPage: 50, concurrency: 1, limiter: new TokenBucket({ rate: 1000 }) };
    await new ItemsApi({ ...options, onRetry: (retry) => retries.push(retry) }).read({ page: 1 }, () => undefined);
    await server.close();
    expect(retries).toMatchObject([
      { kind: '429', page: 1, attempt: 2, asked: 0 },
      { kind: '503', page: 1, attempt: 3, asked: undefined },
      { kind: 'dropped connection', page: 1, attempt: 4 },
    ]);
  });
});
