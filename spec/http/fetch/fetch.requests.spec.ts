import { TokenBuckets, wait } from 'tenax';
import {
  HttpError,
  NetworkError,
  retryIfHttp,
  retryingFetch,
  type FetchInput,
  type FetchRetryOptions,
} from 'tenax/http';
import { FlakyServer, type ServerStep } from 'tenax/testing';
import { thrown } from '../../thrown.js';

const quick: FetchRetryOptions = { wait: wait.fixed(1) };
let server: FlakyServer;
async function start(...script: ServerStep[]): Promise<void> {
  server = await FlakyServer.start({ script });
}
afterEach(() => server.close());

describe('retryingFetch takes what fetch takes:', () => {
  const seen = () => server.requests.map(({ method, url, headers, body }) => [method, url, headers['x-a'], body]);

  test.each<[string, (url: string) => FetchInput]>([
    ['a text', (url) => url],
    ['a URL', (url) => new URL(url)],
    ['a Request', (url) => new Request(url)],
  ])('%s, and what is sent beside it', async (_what, input) => {
    await start(503);
    const fetch = retryingFetch(quick);
    expect((await fetch(input(`${server.url}/r?a=b`))).status).toBe(200);
    await fetch(input(`${server.url}/r?a=b`), { method: 'PUT', headers: [['X-A', 'c']], body: 'd' });
    expect(seen()).toEqual([
      ['GET', '/r?a=b', undefined, ''],
      ['GET', '/r?a=b', undefined, ''],
      ['PUT', '/r?a=b', 'c', 'd'],
    ]);
  });

  test('a Request, whose body is sent whole each time', async () => {
    await start(503, 503);
    const request = new Request(`${server.url}/r`, { method: 'PUT', body: 'all of it', headers: { 'x-a': 'b' } });
    expect((await retryingFetch(quick)(request)).status).toBe(200);
    expect(seen()).toEqual(Array(3).fill(['PUT', '/r', 'b', 'all of it']));
  });

  test('a Request, whose method and headers the init overrides', async () => {
    await start(503);
    const request = new Request(`${server.url}/r`, { method: 'POST', headers: { 'x-a': 'b' } });
    expect((await retryingFetch(quick)(request, { method: 'PUT', headers: { 'x-a': 'c' } })).status).toBe(200);
    expect(seen()).toEqual(Array(2).fill(['PUT', '/r', 'c', '']));
    expect((await retryingFetch(quick)(new Request(server.url, { method: 'POST' }))).status).toBe(200);
  });

  test('a Request as options, whose body is sent whole each time', async () => {
    await start(503);
    const options = new Request('http://other.test', { method: 'PUT', body: 'all of it', headers: { 'x-a': 'b' } });
    expect((await retryingFetch(quick)(`${server.url}/r`, options)).status).toBe(200);
    expect(seen()).toEqual(Array(2).fill(['PUT', '/r', 'b', 'all of it']));
  });

  test('options of a class, whose getters say what is sent', async () => {
    class Options {
      readonly headers = { 'x-a': 'b' };
      get method(): string {
        return 'PUT';
      }
    }
    await start(503);
    expect((await retryingFetch(quick)(`${server.url}/r`, new Options())).status).toBe(200);
    expect(seen()).toEqual(Array(2).fill(['PUT', '/r', 'b', '']));
  });

  test('the signal of a Request as options', async () => {
    await start();
    const options = new Request('http://other.test', { signal: AbortSignal.abort('enough') });
    expect(await thrown(retryingFetch(quick)(server.url, options))).toBe('enough');
    expect(server.requests).toHaveLength(0);
  });

  test('a Request that is a POST, which is not sent again after a 503', async () => {
    await start(503);
    expect((await retryingFetch(quick)(new Request(server.url, { method: 'POST' }))).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  test('the signal of a Request', async () => {
    await start('stall');
    const reason = new Error('enough');
    const controller = new AbortController();
    const pending = thrown(retryingFetch(quick)(new Request(server.url, { signal: controller.signal })));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    expect(await pending).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, AbortSignal | undefined, AbortSignal | undefined]>([
    ['beside a Request', AbortSignal.abort('enough'), undefined],
    ['of the client', undefined, AbortSignal.abort('enough')],
    [
      'beside a Request, where the client has one that lasts',
      AbortSignal.abort('enough'),
      new AbortController().signal,
    ],
    ['of the client, beside one that lasts', new AbortController().signal, AbortSignal.abort('enough')],
  ])('a signal %s', async (_which, signal, common) => {
    await start();
    const request = new Request(server.url, { signal: new AbortController().signal });
    expect(await thrown(retryingFetch({ ...quick, signal: common })(request, { signal }))).toBe('enough');
    expect(server.requests).toHaveLength(0);
  });

  test('null for no init', async () => {
    await start(503);
    expect((await retryingFetch(quick)(server.url, null as never)).status).toBe(200);
  });

  test('null for a signal', async () => {
    await start(503);
    expect((await retryingFetch(quick)(server.url, { signal: null })).status).toBe(200);
  });

  test('null for the signal of a Request, which then does not count', async () => {
    await start(503);
    const request = new Request(server.url, { signal: AbortSignal.abort() });
    expect((await retryingFetch(quick)(request, { signal: null })).status).toBe(200);
  });
});

describe('The fetch that is used', () => {
  test('is the global one of the time of the call', async () => {
    await start();
    const fetch = retryingFetch(quick);
    const spy = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('replaced'));
    try {
      expect(await (await fetch(server.url)).text()).toBe('replaced');
    } finally {
      spy.mockRestore();
    }
    expect(server.requests).toHaveLength(0);
  });

  test('may be one of your own', async () => {
    await start();
    const inits: (RequestInit | undefined)[] = [];
    const fetch = retryingFetch(quick, async (_input, init) => {
      inits.push(init);
      return new Response('', { status: inits.length < 2 ? 503 : 200 });
    });
    expect((await fetch(server.url, { redirect: 'error' })).status).toBe(200);
    expect(inits.map((init) => init?.redirect)).toEqual(['error', 'error']);
    expect(server.requests).toHaveLength(0);
  });
});

describe('What the rest of a policy knows of a fetch', () => {
  test('is its method and its address, without credentials and query', async () => {
    await start(503, 503);
    const names: string[] = [];
    const fetch = retryingFetch({ ...quick, beforeSleep: ({ fnName }) => void names.push(fnName) });
    await fetch(`${server.url}/r?key=s3cret`, { method: 'put' });
    expect(names).toEqual(Array(2).fill(`PUT ${server.url}/r`));
  });

  test('is passed to a keyed limiter: method, address and headers', async () => {
    await start();
    const asked: string[] = [];
    const key = ({ method, url, headers }: { method: string; url: string; headers: Headers }): string => {
      asked.push(`${method} ${url} ${headers.get('x-user')}`);
      return method;
    };
    const fetch = retryingFetch({ ...quick, limiter: new TokenBuckets({ rate: 100, key }) });
    await fetch(`${server.url}/r?a=b`, { headers: { 'X-User': 'ada' } });
    expect(new Set(asked)).toEqual(new Set([`GET ${server.url}/r?a=b ada`]));
  });
});

describe('With enabled: false', () => {
  test('there is one plain call, its signal included', async () => {
    await start(503);
    const fetch = retryingFetch({ enabled: false });
    expect((await fetch(server.url)).status).toBe(503);
    const reason = new Error('enough');
    expect(await thrown(fetch(server.url, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test('no answer is a NetworkError of one attempt all the same', async () => {
    await start('drop');
    const error = await thrown(retryingFetch({ enabled: false })(server.url));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ attempts: 1, method: 'GET', url: server.url });
  });
});

describe('What a condition of the user is handed', () => {
  test('is the typed error of an answer, with the attempt that it was', async () => {
    await start({ status: 418, headers: { 'Retry-After': '0' } }, 418, 418);
    const errors: HttpError[] = [];
    const fetch = retryingFetch({
      ...quick,
      retryIf: retryIfHttp.status(418),
      beforeSleep: ({ outcome }) => {
        errors.push((outcome as { error: HttpError }).error);
      },
    });
    expect((await fetch(`${server.url}/r?a=b`, { method: 'delete' })).status).toBe(200);
    expect(errors.map(({ attempts, method, url, retryAfter }) => [attempts, method, url, retryAfter])).toEqual([
      [1, 'DELETE', `${server.url}/r`, 0],
      [2, 'DELETE', `${server.url}/r`, undefined],
      [3, 'DELETE', `${server.url}/r`, undefined],
    ]);
  });

  test('of 400 is an error, of 399 an answer', async () => {
    await start();
    for (const [status, failed] of [[399, false], [400, true]] as const) {
      const seen: unknown[] = [];
      const retryIf = ({ outcome }: { outcome?: { failed: boolean } | undefined }) => (seen.push(outcome?.failed), false);
      await retryingFetch({ retryIf }, async () => new Response('', { status }))(server.url);
      expect(seen).toEqual([failed]);
    }
  }); // prettier-ignore
});
