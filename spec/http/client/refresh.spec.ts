import { inspect } from 'node:util';
import { AxiosError } from 'axios';
import { stop, TokenBucket, wait } from 'tenax';
import { ClientError, RetryingAxios } from 'tenax/axios';
import { retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { Refresher } from '../../../lib/http/client/refresh';
import { thrown } from '../../thrown.js';
import { scripted } from '../../axios/scripted-adapter';
import { answer, scripted as scriptedClient, type Reply } from './body/scripted-client.js';

const quick: FetchRetryOptions = { wait: wait.none(), stop: stop.afterAttempt(3) };

/** A server that accepts one token, behind a fetch; it keeps the tokens that it got. */
function guarded(): { fetch: typeof globalThis.fetch; seen: string[]; token: string } {
  const server = { token: 'new', seen: [] as string[], fetch: undefined as never as typeof globalThis.fetch };
  server.fetch = async (_input, init) => {
    const sent = new Headers(init?.headers).get('authorization') ?? '';
    server.seen.push(sent);
    return new Response('', { status: sent === server.token ? 200 : 401 });
  };
  return server;
}

/** Credentials that a client puts on its requests. */
function credentials(refresh: () => unknown = () => undefined): {
  token: string;
  refreshes: number;
  options: FetchRetryOptions;
} {
  const held = { token: 'old', refreshes: 0, options: {} as FetchRetryOptions };
  held.options = {
    ...quick,
    refresh: async () => {
      held.refreshes += 1;
      await refresh();
      held.token = 'new';
    },
    beforeAttempt: (init) => {
      init.headers.set('authorization', held.token);
      return init;
    },
  };
  return held;
}

const get = (options: FetchRetryOptions, fetch: typeof globalThis.fetch, init?: object): Promise<Response> =>
  retryingFetch(options, fetch)('http://api.test/items', init);

describe('refresh', () => {
  const refresh = jest.fn();
  beforeEach(() => refresh.mockClear());

  test('is called once for a 401, and the request is sent again after beforeAttempt', async () => {
    const server = guarded();
    const held = credentials();
    const attempts: number[] = [];
    const { beforeAttempt } = held.options;
    const response = await get(
      { ...held.options, beforeAttempt: (init, attempt) => (attempts.push(attempt), beforeAttempt!(init, attempt)) },
      server.fetch,
      { method: 'POST', body: 'x' },
    );
    expect([response.status, server.seen, held.refreshes, attempts]).toEqual([200, ['old', 'new'], 1, [1, 1]]);
  });

  test('receives the typed error and the request', async () => {
    const server = guarded();
    const refresh = jest.fn();
    await get({ ...quick, refresh }, server.fetch, { method: 'PUT', body: 'x' });
    expect(refresh.mock.calls).toEqual([
      [
        expect.any(ClientError),
        { method: 'PUT', url: 'http://api.test/items', headers: expect.any(Headers), body: 'x' },
      ],
    ]);
  });

  test('does not count for stop, and waits for no backoff', async () => {
    const server = guarded();
    const held = credentials();
    const sleep = jest.fn();
    const fetch = retryingFetch({ ...held.options, stop: stop.afterAttempt(1), sleep }, server.fetch);
    expect((await fetch('http://api.test/')).status).toBe(200);
    expect(sleep).not.toHaveBeenCalled();
  });

  test('is called once for all that are in progress, and each of them is sent twice', async () => {
    const server = guarded();
    const held = credentials(() => new Promise((resolve) => setTimeout(resolve, 5)));
    const fetch = retryingFetch(held.options, server.fetch);
    const all = await Promise.all(Array.from({ length: 200 }, () => fetch('http://api.test/')));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect([held.refreshes, server.seen.length]).toEqual([1, 400]);
  });

  test('is not called for a request that was sent before it succeeded', async () => {
    const server = guarded();
    const held = credentials();
    let answer: (response: Response) => void = () => undefined;
    const slow = new Promise<Response>((resolve) => (answer = resolve));
    let first = true;
    const fetch = retryingFetch(held.options, async (input, init) => {
      if (!first) return server.fetch(input as string, init);
      first = false;
      return slow;
    });
    const late = fetch('http://api.test/slow');
    await new Promise((resolve) => setImmediate(resolve));
    expect((await fetch('http://api.test/')).status).toBe(200);
    answer(new Response('', { status: 401 }));
    expect((await late).status).toBe(200);
    expect(held.refreshes).toBe(1);
  });

  test('is called once per call: a second 401 is the last answer', async () => {
    const server = guarded();
    const refresh = jest.fn();
    expect((await get({ ...quick, refresh }, server.fetch)).status).toBe(401);
    expect([refresh.mock.calls.length, server.seen.length]).toEqual([1, 2]);
  });

  test('is called once per call: a 401 of a later attempt is the last answer', async () => {
    const { send, sent, discarded } = scriptedClient([answer(401), answer(503), answer(401)], { refresh });
    expect(await thrown(send())).toMatchObject({ status: 401 });
    expect([refresh.mock.calls.length, sent.length]).toEqual([1, 3]);
    expect(discarded.map(({ status }) => status)).toEqual([401, 503]);
  });

  test.each<[string, Reply | (() => Promise<Reply>)]>([
    ['an answer with another status', answer(503)],
    ['a failure without an error', () => Promise.reject<Reply>(undefined)],
  ])('is not called for %s, which is not sent again', async (_what, reply) => {
    const options = { refresh, stop: stop.afterAttempt(1) };
    const { send, sent } = scriptedClient([reply, answer(200)], options);
    expect(await thrown<{ status?: number } | undefined>(send())).not.toBeInstanceOf(TypeError);
    expect([refresh.mock.calls.length, sent.length]).toEqual([0, 1]);
  });

  test('needs no transport that discards answers', async () => {
    const { send } = scriptedClient([answer(401), answer(200)], { refresh }, { discard: undefined });
    expect(await send()).toEqual(answer(200));
  });

  test('may be for any status from 400 to 599', () => {
    expect(() => retryingFetch({ refreshOn: [400, 599] })).not.toThrow();
  });

  test('that fails rejects only the waiting requests, with the 401 and its own error as the cause', async () => {
    const server = guarded();
    const down = new Error('no token today');
    let working = false;
    const held = credentials(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (!working) throw down;
    });
    const fetch = retryingFetch(held.options, server.fetch);
    const errors = await Promise.all(Array.from({ length: 3 }, () => thrown<ClientError>(fetch('http://api.test/'))));
    expect(errors.map((error) => [error instanceof ClientError, error.status, error.cause])).toEqual(
      Array(3).fill([true, 401, down]),
    );
    expect([held.refreshes, server.seen.length]).toEqual([1, 3]);
    working = true;
    expect((await fetch('http://api.test/')).status).toBe(200);
  });

  test.each<[string, () => Error]>([
    ["a client's error", () => new AxiosError('no', 'ERR', { headers: { authorization: 's3cret' } } as never)],
    [
      "a client's error behind another",
      () => new Error('no', { cause: new AxiosError('no', 'ERR', { data: 's3cret' } as never) }),
    ],
    ['a text with a query', () => new Error('request to https://idp.test/token?code=s3cret failed')],
  ])('that fails with %s shows no secret', async (_what, make) => {
    const refresh = (): never => {
      throw make();
    };
    const error = await thrown(get({ ...quick, refresh }, guarded().fetch));
    expect(error.cause).toBeInstanceOf(Error);
    expect(inspect(error.cause, { depth: 9 }) + JSON.stringify(error.cause)).not.toContain('s3cret');
  });

  test('that fails is not retried, whatever retryIf says', async () => {
    const server = guarded();
    const refresh = jest.fn(() => {
      throw new Error('no');
    });
    const error = await thrown(get({ ...quick, retryIf: () => true, refresh }, server.fetch));
    expect(error).toBeInstanceOf(ClientError);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test('runs even if a body cannot be sent twice; the call then ends with the 401', async () => {
    const server = guarded();
    const held = credentials();
    const body = new Blob(['once']).stream();
    const response = await get(held.options, server.fetch, { method: 'PUT', body, duplex: 'half' });
    expect([response.status, held.refreshes, server.seen]).toEqual([401, 1, ['old']]);
  });

  test.each<[string, FetchRetryOptions]>([
    ['false', { refresh: false }],
    ['undefined', { refresh: undefined }],
  ])('%s leaves a 401 as it is', async (_what, options) => {
    const server = guarded();
    expect((await get({ ...quick, ...options }, server.fetch)).status).toBe(401);
    expect(server.seen).toHaveLength(1);
  });

  test('is called for the statuses of refreshOn alone', async () => {
    const refresh = jest.fn();
    const statuses = [403, 401, 200];
    const fetch = async (): Promise<Response> => new Response('', { status: statuses.shift() ?? 200 });
    expect((await get({ ...quick, refresh, refreshOn: [403, 419] }, fetch)).status).toBe(401);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test.each(['true', 'false'])('goes before x-should-retry: %s', async (value) => {
    const refresh = jest.fn();
    let sent = 0;
    const fetch = async (): Promise<Response> => {
      sent += 1;
      return new Response('', { status: 401, headers: { 'x-should-retry': value } });
    };
    expect((await get({ ...quick, refresh }, fetch)).status).toBe(401);
    expect([refresh.mock.calls.length, sent]).toEqual([1, 2]);
  });

  test('takes a token of its own, and holds none while it lasts', async () => {
    const server = guarded();
    const clock = new VirtualClock();
    const limiter = new TokenBucket({ rate: 1, capacity: 1, clock });
    const held = credentials();
    const pending = get({ ...held.options, limiter, clock }, server.fetch);
    expect((await clock.run(pending, { quiet: 5 })).status).toBe(200);
    expect(clock.now()).toBeGreaterThanOrEqual(1000);
  });

  test('starts attemptTimeout again, and its own time counts in the deadline alone', async () => {
    const clock = new VirtualClock();
    const server = guarded();
    const held = credentials(() => clock.sleep(500));
    expect((await clock.run(get({ ...held.options, clock, attemptTimeout: 100 }, server.fetch))).status).toBe(200);
    const slow = credentials(() => clock.sleep(500));
    const error = await clock.run(thrown(get({ ...slow.options, clock, deadline: 300 }, server.fetch)));
    expect(error).toMatchObject({ name: 'NetworkError', cause: { limit: 'deadline' } });
  });

  test('is neither called nor followed by anything after an abort, at any microtask, and the token comes back', async () => {
    const sentBefore = new Set<number>();
    for (let microtasks = 0; microtasks < 120; microtasks += 1) {
      const caller = new AbortController();
      const bucket = new TokenBucket({ rate: 1e-9, capacity: 9 });
      const called: string[] = [];
      const fetch = async (): Promise<Response> => {
        called.push('fetch');
        return new Response('', { status: 401 });
      };
      const note = () => void called.push('refresh');
      const pending = get({ ...quick, limiter: bucket, refresh: note }, fetch, { signal: caller.signal });
      pending.catch(() => undefined);
      for (let i = 0; i < microtasks; i += 1) await null;
      caller.abort(new Error('enough'));
      const before = called.length;
      await new Promise(setImmediate);
      const sent = called.filter((what) => what === 'fetch').length;
      expect(called).toHaveLength(before);
      expect(Math.round(bucket.available)).toBe(9 - sent);
      sentBefore.add(sent);
    }
    expect([...sentBefore]).toEqual([1, 2]);
  });

  test('ends at once for a caller that aborts, and goes on for the others', async () => {
    const server = guarded();
    let finish = (): void => undefined;
    const held = credentials(() => new Promise<void>((resolve) => (finish = resolve)));
    const fetch = retryingFetch(held.options, server.fetch);
    const controller = new AbortController();
    const [left, stays] = [thrown(fetch('http://api.test/', { signal: controller.signal })), fetch('http://api.test/')];
    while (held.refreshes === 0) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await left).toBe(reason);
    finish();
    expect((await stays).status).toBe(200);
  });

  test.each([
    [{ refresh: true }, 'refresh takes a function that makes the credentials fresh, or false, got true'],
    [{ refreshOn: 401 }, 'refreshOn takes a list of statuses ([401]), got 401'],
    [{ refreshOn: [200] }, 'refreshOn takes a whole number ≥ 400, got 200'],
    [{ refreshOn: [600] }, 'refreshOn takes statuses from 400 to 599, got 600'],
  ])('%j is refused when the client is made', (options, message) => {
    expect(() => retryingFetch(options as never)).toThrow(message);
  });
});

describe('refresh of RetryingAxios', () => {
  test('is the same, and `retry: { refresh: false }` switches it off for one request', async () => {
    let token = 'old';
    const { adapter, seen } = scripted(
      ...Array.from({ length: 6 }, () => (config: { headers: { get(name: string): unknown } }) => ({
        status: config.headers.get('authorization') === 'new' ? 200 : 401,
      })),
    );
    const api: RetryingAxios = new RetryingAxios(
      { adapter, baseURL: 'http://api.test' },
      {
        beforeAttempt: (config) => {
          config.headers.set('authorization', token);
          return config;
        },
        refresh: async () => {
          await thrown(api.get('/token', { retry: { refresh: false } }));
          token = 'new';
        },
      },
    );
    expect((await api.post('/orders', { item: 1 })).status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(['/orders', '/token', '/orders']);
  });

  test('that fails rejects with the 401 as ClientError', async () => {
    const { adapter } = scripted(401, 401);
    const down = new Error('no token');
    const api = new RetryingAxios({ adapter, baseURL: 'http://api.test' }, { refresh: () => Promise.reject(down) });
    const error = await thrown<ClientError>(api.get('/', { validateStatus: () => true }));
    expect(error).toBeInstanceOf(ClientError);
    expect([error.status, error.cause]).toEqual([401, down]);
  });
});

describe('Refresher', () => {
  test('is one for each function', () => {
    const refresh = (): void => undefined;
    expect(Refresher.of(refresh)).toBe(Refresher.of(refresh));
    expect(Refresher.of(refresh)).not.toBe(Refresher.of(() => undefined));
  });

  test('starts again after a failure, including a synchronous one', async () => {
    let calls = 0;
    const refresher = Refresher.of(() => {
      calls += 1;
      if (calls === 1) throw new Error('first');
    });
    await expect(refresher.run({} as never, {})).rejects.toThrow('first');
    expect(refresher.generation).toBe(0);
    await refresher.run({} as never, {});
    expect(refresher.generation).toBe(1);
  });

  test('is not called for a failure without an answer, or with another status', async () => {
    const steps = [
      new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
      503,
    ];
    const refresh = jest.fn();
    const fetch = retryingFetch({ ...quick, refresh }, async () => {
      const step = steps.shift() ?? 200;
      if (typeof step !== 'number') throw step;
      return new Response('', { status: step });
    });
    expect((await fetch('http://api.test/')).status).toBe(200);
    expect(refresh).not.toHaveBeenCalled();
  });

  test('is called once for a call; a 403 that counts as a 429 is then retried as one', async () => {
    const headers = { 'retry-after': '0' };
    let sent = 0;
    const refresh = jest.fn();
    const fetch = retryingFetch({ ...quick, refresh, refreshOn: [403] }, async () => {
      sent += 1;
      return new Response('', sent < 3 ? { status: 403, headers } : {});
    });
    expect((await fetch('http://api.test/')).status).toBe(200);
    expect([sent, refresh.mock.calls.length]).toEqual([3, 1]);
  });
});
