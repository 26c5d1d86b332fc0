import axios from 'axios';
import { wait } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { ClientError, paginate, retryingFetch, type PageClient, type PaginateOptions } from 'tenax/http';
import { FlakyServer, type ServerStep } from 'tenax/testing';

const quick = { wait: wait.fixed(1) };
/** Each client, from the server's address. A plain fetch does not retry; the others may. */
const clients: Record<string, (url: string) => [PageClient, string]> = {
  RetryingAxios: (url) => [new RetryingAxios({ baseURL: url }, quick), '/items'],
  'an axios instance': (url) => [axios.create({ baseURL: url }), '/items'],
  fetch: (url) => [fetch, `${url}/items`],
  retryingFetch: (url) => [retryingFetch(quick), `${url}/items`],
};

const ALL = Array.from({ length: 7 }, (_, i) => i);
let server: FlakyServer;
afterEach(() => server.close());

async function serve(style: 'page' | 'link' | 'cursor', script: ServerStep[] = []): Promise<void> {
  server = await FlakyServer.start({
    script,
    handler: (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const page = Number(url.searchParams.get('page') ?? 1);
      const size = Number(url.searchParams.get('per_page') ?? 3);
      const items = ALL.slice((page - 1) * size, page * size);
      const next = page * size < ALL.length ? `/items?page=${page + 1}` : undefined;
      response.setHeader('content-type', 'application/json');
      if (style === 'link' && next !== undefined)
        response.setHeader('link', `<${next}>; rel="next", </items?page=1>; rel="first"`);
      response.end(JSON.stringify(style === 'page' ? items : style === 'link' ? { items } : { results: items, next }));
    },
  });
}

async function collect(items: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each(Object.entries(clients))('paginate with %s', (name, make) => {
  const read = (options?: PaginateOptions<number>): AsyncGenerator<number> =>
    paginate<number>(...make(server.url), options);

  test('counts pages until an empty one', async () => {
    await serve('page');
    expect(await collect(read({ perPage: 3, params: { q: 'x y' } }))).toEqual(ALL);
    expect(server.requests.map(({ url }) => url.replace('%20', '+'))).toEqual(
      [1, 2, 3, 4].map((page) => `/items?q=x+y&per_page=3&page=${page}`),
    );
  });

  test('follows Link headers, adding no parameters', async () => {
    await serve('link');
    expect(await collect(read({ next: 'link', perPage: 3, params: { page: 1 } }))).toEqual(ALL);
    expect(server.requests.slice(1).map(({ url }) => url)).toEqual(['/items?page=2', '/items?page=3']);
  });

  test('follows the address that a function returns', async () => {
    await serve('cursor');
    expect(await collect(read({ next: (response) => response.data.next, perPage: 3 }))).toEqual(ALL);
  });

  test('reads a page only when it is wanted, and leaves the loop cleanly', async () => {
    await serve('page');
    for await (const item of read({ perPage: 3 })) if (item === 1) break;
    expect(server.requests).toHaveLength(1);
  });

  test('tells each page, and ends after maxPages', async () => {
    await serve('page');
    const onPage = jest.fn();
    expect(await collect(read({ perPage: 3, maxPages: 2, onPage }))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(onPage).toHaveBeenCalledTimes(2);
  });

  test('waits for a promise of onPage, and fails as it does', async () => {
    await serve('page');
    const events: unknown[] = [];
    const onPage = async ({ number }: { number: number }): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`page ${number}`);
      if (number === 2) throw new Error('full');
    };
    const reading = async (): Promise<void> => {
      for await (const item of read({ perPage: 3, onPage })) events.push(item);
    };
    await expect(reading()).rejects.toThrow('full');
    expect(events).toEqual(['page 1', 0, 1, 2, 'page 2']);
  });

  test('ends at once when it is aborted', async () => {
    await serve('page');
    const controller = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of read({ perPage: 3, signal: controller.signal })) {
        seen.push(item);
        if (item === 1) controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toEqual([0, 1]);
    expect(server.requests).toHaveLength(1);
  });

  test('takes a failing status for a failure', async () => {
    await serve('page', [404]);
    await expect(collect(read())).rejects.toMatchObject(
      name === 'an axios instance' ? { response: { status: 404 } } : { status: 404 },
    );
    if (name.includes('etry'))
      expect(await collect(read()).catch((error: unknown) => error)).not.toBeInstanceOf(ClientError);
  });

  test('refuses a page that comes again, and another origin', async () => {
    await serve('cursor');
    await expect(collect(read({ next: () => '/items?page=2' }))).rejects.toThrow(/already/);
    await expect(collect(read({ next: () => 'http://elsewhere.test/items' }))).rejects.toThrow(/origin/);
  });

  test('throws for a body without a list of items, unless `items` finds them', async () => {
    await serve('page', [
      { status: 200, body: { rows: [1] } },
      { status: 200, body: { rows: [1, 2] } },
    ]);
    await expect(collect(read())).rejects.toThrow(TypeError);
    expect(await collect(read({ items: (body: any) => body.rows, maxPages: 1 }))).toEqual([1, 2]);
  });
});

test('paginate retries within a page, and loses and doubles nothing', async () => {
  await serve('page', [503, 'drop']);
  expect(await collect(paginate<number>(...clients.RetryingAxios!(server.url), { perPage: 3 }))).toEqual(ALL);
  await server.close();
  await serve('page', [503, 429]);
  expect(await collect(paginate<number>(...clients.retryingFetch!(server.url), { perPage: 3 }))).toEqual(ALL);
});
