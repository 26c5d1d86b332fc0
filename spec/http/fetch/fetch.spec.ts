import { inspect } from 'node:util';
import { AttemptTimeoutError, RetryError, TokenBucket, retry, retryIf, stop, wait } from 'tenax';
import { NetworkError, fetchWithBackoff, retryIfHttp, retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { FlakyServer, VirtualClock, type ServerStep } from 'tenax/testing';
import { thrown } from '../../thrown.js';

// Real servers, so real time; the waits are a millisecond.
const quick: FetchRetryOptions = { wait: wait.fixed(1) };
let server: FlakyServer;
async function start(...script: ServerStep[]): Promise<void> {
  server = await FlakyServer.start({ script });
}
afterEach(() => server.close());

describe('retryingFetch', () => {
  test('needs no options', async () => {
    await start({ status: 429, headers: { 'Retry-After': '0' } });
    expect((await retryingFetch()(server.url)).status).toBe(200);
    expect(server.requests).toHaveLength(2);
  });

  test.each([429, 500, 503, 'drop'] as const)('retries a GET after %s', async (fault) => {
    await start(fault, fault);
    const response = await retryingFetch(quick)(`${server.url}/x`);
    expect([response.status, server.requests.length]).toEqual([200, 3]);
    expect(await response.json()).toEqual({ ok: true });
  });

  test('answers the last Response, its body readable, as fetch does', async () => {
    await start({ status: 404, body: { why: 1 } }, 503, { status: 503, body: 'last' });
    const fetch = retryingFetch({ ...quick, stop: stop.afterAttempt(2) });
    const missing = await fetch(`${server.url}/x`);
    expect([missing.status, await missing.json(), server.requests.length]).toEqual([404, { why: 1 }, 1]);
    const failed = await fetch(`${server.url}/x`);
    expect([failed.status, await failed.text(), server.requests.length]).toEqual([503, 'last', 3]);
  });

  test('answers the last Response that was accepted, too, unless a RetryError was asked for', async () => {
    const again: FetchRetryOptions = { ...quick, stop: stop.afterAttempt(2), retryIf: retryIfHttp.status(202) };
    await start({ status: 202, body: 'wait' }, { status: 202, body: 'on' }, 202, 202, 202, 202);
    const response = await retryingFetch(again)(server.url);
    expect([response.status, await response.text()]).toEqual([202, 'on']);
    const error = await thrown<RetryError>(retryingFetch({ ...again, reraise: false })(server.url));
    expect(error).toBeInstanceOf(RetryError);
    expect(error.lastAttempt).toMatchObject({ value: { status: 202 } });
    class Exhausted extends RetryError {}
    await expect(retryingFetch({ ...again, retryErrorClass: Exhausted })(server.url)).rejects.toBeInstanceOf(Exhausted);
  });

  test.each([
    ['an answer of its own', async () => fetchWithBackoff(`${server.url}/token`)],
    [
      'a call of its own that was given up',
      retry(async () => 'not yet', { stop: stop.afterAttempt(1), retryIf: retryIf.result(() => true) }),
    ],
  ])('does not take for its answer what beforeAttempt failed with: %s', async (_what, tokenOf) => {
    await start(401);
    const fetch = retryingFetch({
      ...quick,
      stop: stop.afterAttempt(2),
      beforeAttempt: async (init) => {
        await tokenOf();
        return init;
      },
    });
    const error = await thrown<Error>(fetch(`${server.url}/x`));
    expect(['ClientError', 'RetryError']).toContain(error.name);
    expect(server.requests.map(({ url }) => url)).not.toContain('/x');
  });

  test('sends a POST again after 429, not after 503 or a dropped connection, but with a key', async () => {
    await start(429, 200, 503, 'drop', 503, 200);
    const fetch = retryingFetch(quick);
    const post = (headers?: Record<string, string>) => fetch(server.url, { method: 'POST', body: '{"a":1}', headers });
    expect((await post()).status).toBe(200);
    expect((await post()).status).toBe(503);
    await expect(post()).rejects.toBeInstanceOf(NetworkError);
    expect(server.requests).toHaveLength(4);
    expect((await post({ 'Idempotency-Key': 'k' })).status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(Array(6).fill('{"a":1}'));
  });

  describe('rejects with the reason of an abort, at once,', () => {
    const reason = new Error('enough');
    /** Aborts a call once it is where it should be; returns what it rejects with. */
    async function aborted(options: FetchRetryOptions, isThere: () => boolean): Promise<unknown> {
      const controller = new AbortController();
      const pending = thrown(retryingFetch(options)(server.url, { signal: controller.signal }));
      while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      return pending;
    }

    test('in a backoff', async () => {
      await start(503);
      const clock = new VirtualClock();
      expect(await aborted({ wait: wait.fixed(60_000), clock }, () => clock.pending > 0)).toBe(reason);
      expect(server.requests).toHaveLength(1);
    });

    test('in an attempt', async () => {
      await start('stall');
      const error = await aborted(quick, () => server.requests.length > 0);
      expect(error).toBe(reason);
      expect(server.requests).toHaveLength(1);
    });

    test('while it waits for a limiter', async () => {
      await start();
      const limiter = new TokenBucket({ rate: 0.001, initial: 0, clock: new VirtualClock() });
      expect(await aborted({ limiter }, () => limiter.pending > 0)).toBe(reason);
      expect(server.requests).toHaveLength(0);
    });

    test('before anything is sent', async () => {
      await start();
      expect(await thrown(retryingFetch(quick)(server.url, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      expect(server.requests).toHaveLength(0);
    });
  });

  test('cuts an attempt off after attemptTimeout and tries again; the last one is a NetworkError', async () => {
    await start('stall', 200, 'stall', 'stall');
    const fetch = retryingFetch({ ...quick, attemptTimeout: 50, stop: stop.afterAttempt(2) });
    expect((await fetch(server.url)).status).toBe(200);
    const error = await thrown(fetch(server.url));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ attempts: 2, code: 'TENAX_HTTP' });
    expect(error.cause).toBeInstanceOf(AttemptTimeoutError);
  });

  test('retries successful answers if retryIf wants that', async () => {
    await start({ status: 200, headers: { 'x-state': 'pending' } }, 200);
    const fetch = retryingFetch({
      ...quick,
      retryIf: retryIfHttp.response((response: Response) => response.headers.get('x-state') === 'pending'),
    });
    expect((await fetch(server.url)).headers.get('x-state')).toBeNull();
    expect(server.requests).toHaveLength(2);
  });

  test('does not retry a failure that would happen again', async () => {
    server = await FlakyServer.start({
      handler: (_request, response) => void response.writeHead(302, { location: '/round' }).end(),
    });
    let attempts = 0;
    const fetch = retryingFetch({ ...quick, before: () => void (attempts += 1) });
    expect((await thrown(fetch('http://['))).name).toBe('TypeError');
    expect((await thrown(fetch('ftp://127.0.0.1/'))).name).toBe('TypeError');
    expect((await thrown(fetch(`${server.url}/round`))).name).toBe('TypeError');
    expect((await thrown(fetch(`${server.url}/round`, { redirect: 'error' }))).name).toBe('TypeError');
    expect(attempts).toBe(4);
  });

  test("knows a browser's network errors by their words", async () => {
    await start();
    let calls = 0;
    const browser = async () => {
      calls += 1;
      if (calls < 3) throw new TypeError('Failed to fetch');
      return new Response('here');
    };
    expect(await (await retryingFetch(quick, browser)(server.url)).text()).toBe('here');
  });

  test('shows no secret of the address', async () => {
    await start('drop', 'drop');
    const error = await thrown(retryingFetch({ ...quick, stop: stop.afterAttempt(2) })(`${server.url}/p?key=s3cret`));
    expect(error.message).not.toContain('s3cret');
    expect(error).toMatchObject({ url: `${server.url}/p`, attempts: 2 });
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });
});

test.each<[object, string]>([
  [{ limiter: {} }, 'limiter takes a rate limiter (new TokenBucket({ rate: 10 })) or a list of them, got an object'],
  [{ stpo: 1 }, 'has no option "stpo"; did you mean "stop"?'],
  [null as never, 'an HTTP client takes an object with stop'],
])('retryingFetch refuses %j when it is made', async (options, message) => {
  await start();
  expect(() => retryingFetch(options)).toThrow(TypeError);
  expect(() => retryingFetch(options)).toThrow(message);
});

test.each([null, 5, {}])('retryingFetch refuses %j in place of a fetch', (fetch) => {
  expect(() => retryingFetch({}, fetch as never)).toThrow(/^retryingFetch: fetch takes a function like fetch, got /);
});

describe('what a fetch cannot be given', () => {
  test('a fetch that resolves with nothing, as a mock may, is named and not called again', async () => {
    server = await FlakyServer.start();
    const mock = jest.fn(async () => undefined as never);
    await expect(retryingFetch(quick, mock)('https://api.test/')).rejects.toThrow(
      new TypeError('the request must resolve with a response, it resolved with undefined'),
    );
    expect(mock).toHaveBeenCalledTimes(1);
  });

  test.each([[null], [undefined]])('the address %p is refused by fetch itself', async (url) => {
    server = await FlakyServer.start();
    await expect(retryingFetch(quick)(url as never)).rejects.toThrow(`Failed to parse URL from ${url}`);
  });

  test.each([
    ['an address with credentials', 'https://user:s3cret@api.test/items?key=s3cret', {}],
    ['an invalid address', 'https://user:s3cret@[::api/?key=s3cret', {}],
    ['a header with a line break', 'https://api.test/', { 'x-api-key': 's3cret\r\nx: y' }],
    ['two headers with line breaks', 'https://api.test/', { a: 'x\r\ns3cret', b: 's3cret\ny' }],
  ])('the error of %s is the TypeError of fetch without secrets', async (_what, url, headers) => {
    server = await FlakyServer.start();
    for (const send of [retryingFetch(quick), fetchWithBackoff]) {
      const error = await thrown<Error>(send(url, { headers: headers as Record<string, string> }));
      expect(error.name).toBe('TypeError');
      for (const text of [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 9 })]) {
        expect(text).not.toContain('s3cret');
      }
    }
  });

  test('a redirect to an invalid address shows neither that address nor the query of the request', async () => {
    await start({ status: 302, headers: { Location: 'https://[::?token=s3cret' } });
    const error = await thrown<Error>(retryingFetch(quick)(`${server.url}/?key=s3cret`));
    expect(inspect(error, { depth: 9 })).not.toContain('s3cret');
  });
});
