import axios from 'axios';
import { RetryingAxios } from 'tenax/axios';
import { paginate, type PageClient, type PaginateOptions } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';

/** A fetch of pages by their addresses: `[next address]`, each page's only item its own address. */
function pages(next: Record<string, unknown>, asked: string[] = []) {
  return async (url: string): Promise<Response> => {
    asked.push(url);
    return Response.json({ items: [url], next: next[url] });
  };
}

const cursor = ({ data }: { data: { next?: string } }): string | undefined => data.next;

/** The addresses that are read, in order. */
async function read(client: PageClient, url: string, options: PaginateOptions<string> = {}): Promise<string[]> {
  const all: string[] = [];
  for await (const item of paginate<string>(client, url, { next: cursor, ...options })) all.push(item);
  return all;
}

const A = 'http://api.test/v1/items';
const FIRST = `${A}?per_page=100`;

describe('The next address', () => {
  test.each([
    ['absolute', 'http://api.test/v1/other?c=2', 'http://api.test/v1/other?c=2'],
    ['from the root on', '/v2?c=2', 'http://api.test/v2?c=2'],
    ['relative to the page', 'other?c=2', 'http://api.test/v1/other?c=2'],
    ['a query alone', '?c=2', `${A}?c=2`],
    ['without a scheme', '//api.test/v2', 'http://api.test/v2'],
  ])('may be %s', async (_how, next, address) => {
    expect(await read(pages({ [FIRST]: next }), A)).toEqual([FIRST, address]);
  });

  test('is relative to the page that gave it, not to the first', async () => {
    const next = { [FIRST]: '/v2/a/b', 'http://api.test/v2/a/b': 'c', 'http://api.test/v2/a/c': '?d=1' };
    expect((await read(pages(next), A)).slice(1)).toEqual([
      'http://api.test/v2/a/b',
      'http://api.test/v2/a/c',
      'http://api.test/v2/a/c?d=1',
    ]);
  });

  test('that cannot be parsed is refused, without its query in the message', async () => {
    await expect(read(pages({ [FIRST]: 'http://[?key=s3cret' }), A)).rejects.toThrow(
      new Error('paginate: the next address http://[ is not an address'),
    );
  });

  test.each([[undefined], [null], ['']])('of %j ends the reading', async (next) => {
    expect(await read(pages({ [FIRST]: next }), A)).toEqual([FIRST]);
  });

  test('gets no parameters added, not even ours', async () => {
    const params = { q: 'x y', page: 7 };
    const asked: string[] = [];
    await read(pages({ [`${A}?q=x+y&page=7&per_page=5`]: '?c=2' }, asked), A, { params, perPage: 5 });
    expect(asked).toEqual([`${A}?q=x+y&page=7&per_page=5`, `${A}?c=2`]);
  });

  test('is followed after an empty page, too', async () => {
    const client = async (url: string): Promise<Response> =>
      Response.json({ items: url === FIRST ? [] : [url], next: url === FIRST ? '?c=2' : undefined });
    expect(await read(client, A)).toEqual([`${A}?c=2`]);
  });

  test.each([
    ['of the first page', '?per_page=100', FIRST],
    ['of a page after it', '?c=2', `${A}?c=2`],
    ['of a page after it, written otherwise', 'http://API.test:80/v1/x/../items?c=2', `${A}?c=2`],
  ])('that is the one %s is refused before it is read again', async (_what, again) => {
    const asked: string[] = [];
    const client = pages({ [FIRST]: '?c=2', [`${A}?c=2`]: again }, asked);
    await expect(read(client, A)).rejects.toThrow(
      new Error(`paginate: the next address ${A} was read already: the pages go in a circle`),
    );
    expect(asked).toEqual([FIRST, `${A}?c=2`]);
  });

  test.each(['http://evil.test/items?key=s3cret', 'https://api.test/v1/items', 'http://api.test:81/', '//evil.test/items'])(
    'of another origin is refused: %s',
    async (next) => {
      const shown = new URL(next, A);
      shown.search = '';
      await expect(read(pages({ [FIRST]: next }), A)).rejects.toThrow(
        new Error(`paginate: the next address ${shown.href} is of another origin; allowOtherOrigin follows it`),
      );
      await expect(read(pages({ [FIRST]: next }), A, { allowOtherOrigin: false })).rejects.toThrow('another origin');
      const address = new URL(next, A).href;
      expect(await read(pages({ [FIRST]: next }), A, { allowOtherOrigin: true })).toEqual([FIRST, address]);
    },
  ); // prettier-ignore
});

describe('Where the origin is not known, as to a browser for a relative address,', () => {
  test('relative addresses are followed as they are', async () => {
    const next = { '/items?per_page=100': '/items?c=2', '/items?c=2': '?c=3', '/items?c=3': 'other' };
    expect(await read(pages(next), '/items')).toEqual([
      '/items?per_page=100',
      '/items?c=2',
      '/items?c=3',
      '/other', // prettier-ignore
    ]);
  });

  test('they are relative to the page', async () => {
    expect((await read(pages({ '/a/items?per_page=100': 'other' }), '/a/items'))[1]).toBe('/a/other');
  });

  test('an absolute one of another origin is followed only when that is allowed', async () => {
    const client = pages({ '/items?per_page=100': 'http://api.test/items?c=2' });
    await expect(read(client, '/items')).rejects.toThrow('http://api.test/items is of another origin');
    expect((await read(client, '/items', { allowOtherOrigin: true }))[1]).toBe('http://api.test/items?c=2');
  });
});

describe('A client with a base', () => {
  let server: FlakyServer;
  afterEach(() => server.close());
  async function serve(next: (url: string) => string | undefined): Promise<void> {
    server = await FlakyServer.start({
      handler: ({ url = '' }, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ items: [url], next: next(url) }));
      },
    });
  }

  const clients: [string, (baseURL: string) => PageClient][] = [
    ['an axios instance', (baseURL) => axios.create({ baseURL })],
    ['RetryingAxios', (baseURL) => new RetryingAxios({ baseURL })],
  ];

  describe.each(clients)('%s', (_name, make) => {
    test.each(['/items', 'items'])('reads %s under it, and what is relative to that', async (url) => {
      await serve((asked) => (asked.includes('per_page') ? '?c=2' : undefined));
      const got = await read(make(`${server.url}/v1/`), url);
      expect(got).toEqual(['/v1/items?per_page=100', '/v1/items?c=2']);
    });

    test('reads the base itself', async () => {
      await serve((asked) => (asked.includes('per_page') ? '?c=2' : undefined));
      expect(await read(make(`${server.url}/v1/items`), '')).toEqual(['/v1/items?per_page=100', '/v1/items?c=2']);
    });

    test('uses an absolute address unchanged, with its origin as that of the pages', async () => {
      await serve((asked) => (asked.includes('per_page') ? `${server.url}/b` : undefined));
      expect(await read(make('http://other.test'), `${server.url}/a`)).toEqual(['/a?per_page=100', '/b']);
    });
  });
});

test('paginate follows Link headers, and refuses a circle and another origin', async () => {
  const linked =
    (next: Record<string, string>) =>
    async (url: string): Promise<Response> => {
      const { pathname } = new URL(url);
      const link = next[pathname];
      return Response.json([pathname], link === undefined ? {} : { headers: { link: `<${link}>; rel="next"` } });
    };
  const readLinks = async (next: Record<string, string>): Promise<string[]> => {
    const got: string[] = [];
    for await (const item of paginate<string>(linked(next), 'http://api.test/a', { next: 'link' })) got.push(item);
    return got;
  };
  await expect(readLinks({ '/a': '/b', '/b': 'http://api.test/c' })).resolves.toEqual(['/a', '/b', '/c']);
  await expect(readLinks({ '/a': '/b', '/b': '/b' })).rejects.toThrow('circle');
  await expect(readLinks({ '/a': 'http://evil.test/b' })).rejects.toThrow('another origin');
});

describe('A first address', () => {
  test.each(clientsOf())('keeps its parameters but those that are replaced, over %s', async (_name, client) => {
    const server = await FlakyServer.start({ handler: (_request, response) => void response.end('[]') });
    const params = { ids: [1, 2], q: 'new' };
    for await (const _ of paginate(client, `${server.url}/items?page=7&q=old&ids[]=9&keep=1&per_page=3`, { params }));
    await server.close();
    expect(server.requests.map(({ url }) => decodeURIComponent(url))).toEqual([
      '/items?keep=1&ids[]=1&ids[]=2&q=new&per_page=100&page=1',
    ]);
  });

  test('that is the base keeps its parameters but those that are replaced', async () => {
    const server = await FlakyServer.start({ handler: (_request, response) => void response.end('[]') });
    for await (const _ of paginate(axios.create({ baseURL: `${server.url}/items?page=7&keep=1` }), ''));
    await server.close();
    expect(server.requests.map(({ url }) => url)).toEqual(['/items?keep=1&per_page=100&page=1']);
  });
});

function clientsOf(): [string, PageClient][] {
  return [
    ['fetch', fetch],
    ['an axios instance', axios.create()],
    ['RetryingAxios', new RetryingAxios()],
  ];
}

describe('The next address under a base with a path', () => {
  /** What is requested when the first page, `/v1/items`, names this one. */
  async function second(next: string, config: object = {}, style: 'link' | 'cursor' = 'cursor'): Promise<string> {
    const server = await FlakyServer.start({
      handler: ({ url = '' }, response) => {
        const target = url.includes('c=2') ? undefined : next.replace('ORIGIN', server.url);
        if (style === 'link' && target !== undefined) response.setHeader('link', `<${target}>; rel="next"`);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ items: [url], next: target }));
      },
    });
    try {
      const client = axios.create({ baseURL: `${server.url}/v1`, ...config });
      return (await read(client, '/items', style === 'link' ? { next: 'link' } : {}))[1]!;
    } finally {
      await server.close();
    }
  }

  test.each([
    ['/items?c=2', '/v1/items?c=2'],
    ['items?c=2', '/v1/items?c=2'],
    ['/other?c=2', '/v1/other?c=2'],
    ['/v1/items?c=2', '/v1/items?c=2'],
    ['/v1?c=2', '/v1?c=2'],
    ['/v10/items?c=2', '/v1/v10/items?c=2'],
    ['?c=2', '/v1/items?c=2'],
    ['ORIGIN/v2/items?c=2', '/v2/items?c=2'],
  ])('%s of a function is %s: read as the first address was', async (next, address) => {
    expect(await second(next)).toBe(address);
  });

  test.each([
    ['/items?c=2', '/items?c=2'],
    ['items?c=2', '/v1/items?c=2'],
    ['../items?c=2', '/items?c=2'],
    ['./a/../b?c=2', '/v1/b?c=2'],
    ['?c=2', '/v1/items?c=2'],
    ['ORIGIN/v2/items?c=2#top', '/v2/items?c=2'],
  ])('%s of a Link is %s: relative to the page (RFC 3986)', async (next, address) => {
    expect(await second(next, {}, 'link')).toBe(address);
  });

  test('is followed even if axios allows no absolute addresses', async () => {
    for (const next of ['/items?c=2', 'ORIGIN/v1/items?c=2'])
      expect(await second(next, { allowAbsoluteUrls: false })).toBe('/v1/items?c=2');
  });

  test('is given parameters of the instance only if it has none of that name', async () => {
    expect(await second('/items?c=2&key=echoed', { params: { key: 'k', lang: 'en' } })).toBe(
      '/v1/items?c=2&key=echoed&lang=en',
    );
  });
});

test('A Link is relative to where the page was retrieved from, after redirects', async () => {
  const server = await FlakyServer.start({
    handler: ({ url = '' }, response) => {
      if (url.startsWith('/old')) response.writeHead(302, { location: '/new/items' }).end();
      else if (url.includes('c=2')) response.end('[2]');
      else response.writeHead(200, { link: '<more?c=2>; rel="next"' }).end('[1]');
    },
  });
  for (const [, client] of clientsOf())
    expect(await read(client, `${server.url}/old/items`, { next: 'link' })).toEqual([1, 2]);
  await server.close();
  expect(server.requests.filter(({ url }) => url.includes('c=2')).map(({ url }) => url)).toEqual(
    Array(3).fill('/new/more?c=2'),
  );
});

test('Credentials of the first address go along to addresses of the same origin', async () => {
  const asked: string[] = [];
  const client = pages({ 'http://me:pw@api.test/items?per_page=100': 'http://api.test/items?c=2' }, asked);
  await read(client, 'http://me:pw@api.test/items');
  expect(asked[1]).toBe('http://me:pw@api.test/items?c=2');
});

test('Credentials of the first address never go to another origin', async () => {
  const asked: string[] = [];
  const client = pages({ 'http://me:pw@api.test/items?per_page=100': 'http://other.test/items?c=2' }, asked);
  await read(client, 'http://me:pw@api.test/items', { allowOtherOrigin: true });
  expect(asked[1]).toBe('http://other.test/items?c=2');
});

test.each(['http://you@api.test/items?c=2', 'http://:other@api.test/items?c=2'])(
  'A next address keeps its own credentials: %s',
  async (next) => {
    const asked: string[] = [];
    await read(pages({ 'http://me:pw@api.test/items?per_page=100': next }, asked), 'http://me:pw@api.test/items');
    expect(asked[1]).toBe(next);
  },
);

describe('Over a client like axios, the next address', () => {
  /** The second address that is requested, where the first page names `next`. */
  async function second(
    url: string,
    next: string,
    { defaults, request, link = false }: { defaults?: object; request?: object; link?: boolean },
  ): Promise<string | undefined> {
    const asked: string[] = [];
    const get = async (address: string) => {
      const isFirst = asked.push(address) === 1;
      const headers = isFirst && link ? { link: `<${next}>; rel="next"` } : {};
      return { status: 200, headers, data: { items: [address], next: isFirst ? next : undefined }, request };
    };
    await read(
      { get, ...(defaults === undefined ? {} : { defaults }) } as PageClient,
      url,
      link ? { next: 'link' } : {},
    );
    return asked[1];
  }

  test.each<[string, string, string, object, string]>([
    ['under a base that ends with slashes', '/items', '/b/v1/x?c=2', { baseURL: 'http://api.test/b/v1//' }, 'http://api.test/b/v1/x?c=2'],
    ['under a base without a path', '/items', 'x?c=2', { baseURL: 'http://api.test' }, 'http://api.test/x?c=2'],
    ['under a relative base', '/items', '/items?c=2', { baseURL: '/v1' }, '/v1/items?c=2'],
    ['of pages that are not under the base', 'http://api.test/items', '/x?c=2', { baseURL: 'http://other.test/v1' }, 'http://api.test/x?c=2'],
    ['of a client that puts every address under its base', 'http://api.test/items', '/x?c=2', { baseURL: 'http://base.test/v1', allowAbsoluteUrls: false }, 'http://base.test/v1/x?c=2'],
    ['without a base, of a client that puts every address under it', 'http://api.test/items', '/x?c=2', { allowAbsoluteUrls: false }, 'http://api.test/x?c=2'],
  ])('%s', async (_how, url, next, defaults, address) => {
    expect(await second(url, next, { defaults })).toBe(address);
  }); // prettier-ignore

  test('is under the base, even if the page was retrieved from another origin', async () => {
    const request = { responseURL: 'http://other.test/items' };
    expect(await second('/items', '/x?c=2', { defaults: { baseURL: 'http://api.test' }, request })).toBe(
      'http://api.test/x?c=2',
    );
  });

  test('stays relative where the first address was, although the page knows where it came from', async () => {
    const request = { responseURL: 'http://here.test/items' };
    expect(await second('/items', '/items?c=2', { request, link: true })).toBe('/items?c=2');
  });

  test('in a Link is relative to where a browser retrieved the page from', async () => {
    const request = { responseURL: 'http://api.test/new/items' };
    expect(await second('http://api.test/old/items', 'more?c=2', { request, link: true })).toBe(
      'http://api.test/new/more?c=2',
    );
  });
});

test('paginate takes several lines of Link for one list', async () => {
  const link = ['</a>; rel="prev"', '</b>; rel="next"'];
  const get = async (url: string) => ({ status: 200, headers: url.endsWith('/a') ? { link } : {}, data: [url] });
  const got: string[] = [];
  for await (const item of paginate<string>({ get }, 'http://api.test/a', { next: 'link' })) got.push(item);
  expect(got).toEqual(['http://api.test/a', 'http://api.test/b']);
});
