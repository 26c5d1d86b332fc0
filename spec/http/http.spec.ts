import {
  calculateWait,
  ClientError,
  fetchWithBackoff,
  paginate,
  parseRetryAfter,
  raiseForStatus,
  RateLimitError,
  retryingFetch,
} from 'tenax/http';
import { FlakyServer } from 'tenax/testing';
import { wait } from 'tenax';

describe('parseRetryAfter', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 0);
  test.each([
    ['120', 120_000],
    [' 1.5 ', 1500],
    ['-5', 0],
    [7, 7000],
    [['x', '3'], 3000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['1e3', undefined],
    ['0x10', undefined],
    ['', undefined],
    ['foo 1', undefined],
    ['Thu, 31 Feb 1994 08:49:37 GMT', undefined],
    ['9'.repeat(100_000), undefined],
  ])('reads case %#', (value, expected) => {
    expect(parseRetryAfter({ 'Retry-After': value }, now)).toBe(expected);
  });

  test('takes Headers, prefers milliseconds, and corrects a skewed clock by the answer', () => {
    expect(parseRetryAfter(new Headers({ 'retry-after': '2', 'retry-after-ms': '150' }))).toBe(150);
    const headers = { date: 'Sun, 06 Nov 1994 08:49:00 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' };
    expect(parseRetryAfter(headers)).toBe(37_000);
    expect(parseRetryAfter(undefined)).toBeUndefined();
  });

  test('never throws and never answers NaN, whatever it is given', () => {
    const letters = '0123456789.-+eExX: ,GMTSunNov\t\n';
    let state = 1;
    for (let i = 0; i < 200_000; i += 1) {
      let text = '';
      for (let j = 0; j < i % 24; j += 1) text += letters[(state = (state * 48271) % 2147483647) % letters.length];
      const ms = parseRetryAfter({ 'retry-after': text });
      if (ms !== undefined && !(ms >= 0)) throw new Error(`${JSON.stringify(text)} gave ${ms}`);
    }
  });
});

test('calculateWait follows Retry-After, else grows to the cap with up to 10 % on top', () => {
  expect(calculateWait({ headers: { 'retry-after': '3' } }, 0)).toBe(3000);
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const delay = Math.min(1000 * 2 ** attempt, 60_000);
    const got = calculateWait({ headers: {} }, attempt);
    expect(got).toBeGreaterThanOrEqual(delay);
    expect(got).toBeLessThanOrEqual(delay * 1.1);
  }
});

test('raiseForStatus answers the response below 400 and throws the typed error above', () => {
  const ok = new Response('x');
  expect(raiseForStatus(ok)).toBe(ok);
  expect(() => raiseForStatus(new Response('', { status: 404 }))).toThrow(ClientError);
  expect(() => raiseForStatus(new Response('', { status: 429 }))).toThrow(RateLimitError);
});

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
