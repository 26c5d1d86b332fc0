import { AttemptTimeoutError, stop, wait } from 'tenax';
import { retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { FlakyServer, type ServerStep } from 'tenax/testing';
import { thrown } from '../../thrown.js';

const quick: FetchRetryOptions = { wait: wait.fixed(1) };
let server: FlakyServer;
async function start(...script: ServerStep[]): Promise<void> {
  server = await FlakyServer.start({ script });
}
afterEach(() => server.close());

const keys = (): unknown[] => server.requests.map(({ headers }) => headers['idempotency-key']);

describe('idempotencyKey', () => {
  test('makes one key for all attempts of a call, another for the next call', async () => {
    await start(503, 503, 200, 503);
    const fetch = retryingFetch({ ...quick, idempotencyKey: true });
    await fetch(server.url, { method: 'post', body: 'x' });
    await fetch(server.url, { method: 'PATCH', body: 'x' });
    expect(keys()).toHaveLength(5);
    expect(keys()[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(keys().slice(0, 3)).size).toBe(1);
    expect(new Set(keys()).size).toBe(2);
  });

  test.each(['GET', 'PUT', 'DELETE'])('true gives none to %s, which needs none', async (method) => {
    await start();
    await retryingFetch({ ...quick, idempotencyKey: true })(server.url, { method });
    expect(keys()).toEqual([undefined]);
  });

  test.each([[false], [undefined]])('%j gives none', async (idempotencyKey) => {
    await start(503);
    const answer = await retryingFetch({ ...quick, idempotencyKey })(server.url, { method: 'POST' });
    expect([answer.status, keys()]).toEqual([503, [undefined]]);
  });

  test('may be made from the request, whatever its method', async () => {
    await start(503, 200, 503);
    const fetch = retryingFetch({
      ...quick,
      idempotencyKey: ({ headers, method }) => `${headers.get('x-id')} ${method}`,
    });
    await fetch(server.url, { method: 'POST', headers: { 'X-Id': '5' } });
    await fetch(server.url, { method: 'GET', headers: { 'X-Id': '6' } });
    expect(keys()).toEqual(['5 POST', '5 POST', '6 GET', '6 GET']);
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', '""'],
    [' ', '" "'],
    [7, '7'],
  ])('that answers %p is refused, and nothing is sent', async (key, shown) => {
    await start();
    const fetch = retryingFetch({ ...quick, idempotencyKey: () => key as never });
    await expect(fetch(server.url, { method: 'POST' })).rejects.toThrow(
      new TypeError(`idempotencyKey must return a text that is not empty, it returned ${shown}`),
    );
    expect(keys()).toEqual([]);
  });

  test('keeps a key of the caller', async () => {
    await start(503);
    const made = jest.fn(() => 'made');
    for (const idempotencyKey of [true, made]) {
      const fetch = retryingFetch({ ...quick, idempotencyKey });
      await fetch(server.url, { method: 'POST', headers: { 'idempotency-key': 'own' } });
    }
    expect(keys()).toEqual(['own', 'own', 'own']);
    expect(made).not.toHaveBeenCalled();
  });
});

describe('beforeAttempt', () => {
  test('adds fresh credentials to each attempt', async () => {
    await start(503);
    const fetch = retryingFetch({
      ...quick,
      beforeAttempt: async (init, attempt) => {
        init.headers.append('x-attempts', String(attempt));
        return init;
      },
    });
    const init = { method: 'PUT', headers: { 'x-own': '1' }, body: 'all' };
    await fetch(server.url, init);
    expect(
      server.requests.map(({ method, headers, body }) => [method, headers['x-attempts'], headers['x-own'], body]),
    ).toEqual([
      ['PUT', '1', '1', 'all'],
      ['PUT', '2', '1', 'all'],
    ]);
    expect(init).toEqual({ method: 'PUT', headers: { 'x-own': '1' }, body: 'all' });
  });

  test('sees the key of the call, and the signal of the attempt', async () => {
    await start();
    const seen: unknown[] = [];
    const fetch = retryingFetch({
      ...quick,
      idempotencyKey: () => 'k',
      attemptTimeout: 5000,
      beforeAttempt: (init) => {
        seen.push(init.headers.get('idempotency-key'), init.signal?.aborted);
        return init;
      },
    });
    await fetch(server.url);
    expect(seen).toEqual(['k', false]);
  });

  test('may answer another request than it was given', async () => {
    await start();
    await retryingFetch({ beforeAttempt: () => ({ method: 'DELETE' }) })(server.url);
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test.each<[string, RequestInit, FetchRetryOptions['beforeAttempt']]>([
    ['makes a POST of a GET', {}, (init) => ({ ...init, method: 'post' })],
    ['drops the Idempotency-Key', { method: 'POST', headers: { 'idempotency-key': 'k' } }, () => ({ method: 'POST', headers: {} })],
    ['brings a key that may differ each time', { method: 'POST' }, () => ({ method: 'POST', headers: { 'idempotency-key': 'k' } })],
    ['makes a PUT of a POST at the second attempt', { method: 'POST' }, (init, attempt) => ({ ...init, method: attempt === 1 ? 'POST' : 'PUT' })],
  ])('that %s has its request sent once', async (_what, init, beforeAttempt) => {
    await start(503);
    const answer = await retryingFetch({ ...quick, beforeAttempt })(server.url, init);
    expect([answer.status, server.requests.length]).toEqual([503, 1]);
  }); // prettier-ignore

  test('that sends one POST among its GETs ends the call with it', async () => {
    await start(503, 503, 503);
    const beforeAttempt: FetchRetryOptions['beforeAttempt'] = (init, attempt) =>
      attempt === 2 ? { ...init, method: 'POST' } : init;
    await retryingFetch({ ...quick, beforeAttempt })(server.url);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  test('that keeps the method and the key has its request sent again', async () => {
    await start(503);
    const options = { ...quick, idempotencyKey: true, beforeAttempt: (init: RequestInit) => init };
    const answer = await retryingFetch(options)(server.url, { method: 'POST' });
    expect([answer.status, server.requests.length]).toEqual([200, 2]);
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['x', '"x"'],
  ])('that answers %j fails the call and sends nothing', async (answer, shown) => {
    await start();
    const error = await thrown(retryingFetch({ ...quick, beforeAttempt: () => answer as never })(server.url));
    expect(error).toEqual(new TypeError(`beforeAttempt must return the request to send, it returned ${shown}`));
    expect(server.requests).toHaveLength(0);
  });

  test('that throws fails the call with its error', async () => {
    await start();
    const error = new Error('no token');
    const fetch = retryingFetch({ ...quick, beforeAttempt: () => Promise.reject(error) });
    expect(await thrown(fetch(server.url))).toBe(error);
  });

  test('counts as part of the attempt', async () => {
    await start();
    const beforeAttempt = (): Promise<RequestInit> => new Promise(() => undefined);
    const fetch = retryingFetch({ ...quick, beforeAttempt, attemptTimeout: 20, stop: stop.afterAttempt(2) });
    expect((await thrown(fetch(server.url))).cause).toBeInstanceOf(AttemptTimeoutError);
  });

  test('is called with attempt 1 if retrying is off', async () => {
    await start(503);
    const attempts: number[] = [];
    const fetch = retryingFetch({
      enabled: false,
      beforeAttempt: (init, attempt) => {
        attempts.push(attempt);
        return init;
      },
    });
    expect((await fetch(server.url)).status).toBe(503);
    expect(attempts).toEqual([1]);
  });
});

const KEY = 'idempotencyKey takes true or a function of the request that returns the key';
const HOOK = 'beforeAttempt takes a function of the request and the number of the attempt';

test.each([
  [{ idempotencyKey: 'x' }, `${KEY}, got "x"`],
  [{ idempotencyKey: null }, `${KEY}, got null`],
  [{ beforeAttempt: 1 }, `${HOOK}, got 1`],
  [{ beforeAttempt: null }, `${HOOK}, got null`],
  [{ beforeAttempt: true }, `${HOOK}, got true`],
])('%j is refused when the client is made', async (options, message) => {
  await start();
  expect(() => retryingFetch(options as never)).toThrow(new TypeError(message));
});
