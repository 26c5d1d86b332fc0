import { ClientError, fetchWithBackoff, paginate, retryingFetch } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';
import { wait } from 'tenax';

describe('fetch', () => {
  test('retryingFetch retries and answers the last Response', async () => {
    const server = await FlakyServer.start({ script: [503, 'drop', 200, 404] });
    const fetch = retryingFetch({ wait: wait.fixed(1) });
    expect((await fetch(server.url)).status).toBe(200);
    expect((await fetch(server.url)).status).toBe(404);
    expect(server.requests).toHaveLength(4);
    await server.close();
  });

  test('fetchWithBackoff retries 5xx, and throws the typed error of another 4xx at once', async () => {
    const server = await FlakyServer.start({ script: [503, 200, 401] });
    expect((await fetchWithBackoff(server.url, { baseDelay: 1 })).status).toBe(200);
    await expect(fetchWithBackoff(server.url, { baseDelay: 1 })).rejects.toThrow(ClientError);
    expect(server.requests).toHaveLength(3);
    await server.close();
  });
});

describe('paginate', () => {
  const all = Array.from({ length: 7 }, (_, i) => i);

  test('reads pages until an empty one', async () => {
    const seen: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      seen.push(url);
      const page = Number(new URL(url).searchParams.get('page'));
      return Response.json(all.slice((page - 1) * 3, page * 3));
    };
    const got: number[] = [];
    for await (const item of paginate<number>(fetch, 'http://api.test/items', { perPage: 3 })) got.push(item);
    expect(got).toEqual(all);
    expect(seen[0]).toBe('http://api.test/items?per_page=3&page=1');
    expect(seen).toHaveLength(4);
  });

  test('follows Link headers, and refuses a circle and another origin', async () => {
    const pages =
      (next: Record<string, string>) =>
      async (url: string): Promise<Response> => {
        const { pathname } = new URL(url);
        const link = next[pathname];
        return Response.json([pathname], link === undefined ? {} : { headers: { link: `<${link}>; rel="next"` } });
      };
    const read = async (next: Record<string, string>): Promise<string[]> => {
      const got: string[] = [];
      for await (const item of paginate<string>(pages(next), 'http://api.test/a', { next: 'link' })) got.push(item);
      return got;
    };
    await expect(read({ '/a': '/b', '/b': 'http://api.test/c' })).resolves.toEqual(['/a', '/b', '/c']);
    await expect(read({ '/a': '/b', '/b': '/b' })).rejects.toThrow('circle');
    await expect(read({ '/a': 'http://evil.test/b' })).rejects.toThrow('another origin');
  });
});
