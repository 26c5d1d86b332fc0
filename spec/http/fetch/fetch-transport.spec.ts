import { Readable } from 'node:stream';
import { retryingFetch, type Fetch, type FetchInput, type FetchRetryOptions, type RetryingInit } from 'tenax/http';
import { stop, TokenBucket, wait } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { abandoned } from '../../../lib/http/client/watch-stream.js';
import { thrown } from '../../thrown.js';

const URL_ = 'http://api.test/items';
const quick: FetchRetryOptions = { wait: wait.none(), stop: stop.afterAttempt(3) };

/** A fetch that returns these answers in turn and keeps the options that it is called with. */
function answering(...answers: unknown[]): { fetch: Fetch; sent: RequestInit[] } {
  const sent: RequestInit[] = [];
  return { sent, fetch: (async (_input, init) => (sent.push(init!), answers.shift())) as Fetch };
}

describe('The transport of fetch', () => {
  test('gives settle a copy of the answer, so that both can be read', async () => {
    const tokens = new TokenBucket({ rate: 1, capacity: 100, clock: new VirtualClock() });
    const settle = async (response: Response): Promise<number> => ((await response.json()) as { used: number }).used;
    const { fetch } = answering(Response.json({ used: 7 }));
    const response = await retryingFetch({ limiter: { limiter: tokens, cost: () => 50, settle } }, fetch)(URL_);
    expect(await response.json()).toEqual({ used: 7 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(tokens.available).toBe(93);
  });

  test('makes a body for each attempt before beforeAttempt, which may be a promise, or nothing', async () => {
    const { fetch, sent } = answering(new Response('', { status: 503 }), new Response(''));
    const bodies = ['first', undefined];
    const send = retryingFetch({ ...quick, beforeAttempt: (init) => ({ ...init, mode: 'cors' }) }, fetch);
    await send(URL_, { method: 'PUT', body: async () => bodies.shift() });
    expect(sent).toMatchObject([
      { body: 'first', mode: 'cors' },
      { body: null, mode: 'cors' },
    ]);
  });

  test('sends what was passed, and nothing more', async () => {
    const { fetch, sent } = answering(new Response(''), new Response(''));
    await retryingFetch(quick, fetch)(URL_);
    expect(sent[0]).toStrictEqual({ headers: expect.any(Headers) });
    await retryingFetch(quick, fetch)(URL_, { method: 'put', body: 'x', signal: null });
    expect(sent[1]).toStrictEqual({ method: 'put', body: 'x', signal: null, headers: expect.any(Headers) });
  });

  test('gives each attempt its own headers, which beforeAttempt may change', async () => {
    const { fetch, sent } = answering(new Response('', { status: 503 }), new Response(''));
    const beforeAttempt: FetchRetryOptions['beforeAttempt'] = (init) => {
      init.headers.append('x-try', 'y');
      return init;
    };
    await retryingFetch({ ...quick, beforeAttempt }, fetch)(URL_, { headers: { 'x-a': 'b' } });
    for (const { headers } of sent) {
      expect([...(headers as Headers)]).toEqual([
        ['x-a', 'b'],
        ['x-try', 'y'],
      ]);
    }
  });

  test.each<[string, () => [FetchInput, RetryingInit?], object]>([
    ['an address alone', () => [URL_], { method: 'GET', url: URL_, body: undefined }],
    ['a URL', () => [new URL(URL_), { method: 'put', body: 'x' }], { method: 'PUT', url: URL_, body: 'x' }],
    ['a Request without a body', () => [new Request(URL_)], { method: 'GET', url: URL_, body: undefined }],
    [
      'a Request with a body',
      () => [new Request(URL_, { method: 'POST', body: 'x' })],
      { method: 'POST', url: URL_, body: expect.any(ReadableStream) },
    ],
    [
      'a Request whose body is replaced',
      () => [new Request(URL_, { method: 'POST', body: 'x' }), { body: 'y' }],
      { method: 'POST', url: URL_, body: 'y' },
    ],
    [
      'a function as body, which is not called',
      () => [URL_, { method: 'PUT', body: () => 'x' }],
      { method: 'PUT', url: URL_, body: expect.any(Function) },
    ],
  ])('describes %s to a limit', async (_what, args, described) => {
    const limiter = new TokenBucket({ rate: 1000, capacity: 9, clock: new VirtualClock() });
    const seen: unknown[] = [];
    const cost = (request: unknown): number => seen.push(request);
    await retryingFetch({ ...quick, limiter: { limiter, cost } }, answering(new Response('')).fetch)(...args());
    expect(seen[0]).toEqual({ ...described, headers: expect.any(Headers) });
  });

  test('retries an answer whose body cannot be cancelled', async () => {
    const locked = new Response('why', { status: 503 });
    locked.body!.getReader();
    const { fetch } = answering(locked, { status: 503, headers: {} }, new Response(''));
    expect((await retryingFetch(quick, fetch)(URL_)).status).toBe(200);
  });

  describe('with a signal and an attemptTimeout', () => {
    const { signal } = new AbortController();
    const timed = { ...quick, attemptTimeout: 60_000 };

    test('passes the signal of the attempt to fetch', async () => {
      const { fetch, sent } = answering(new Response(''));
      await retryingFetch(timed, fetch)(URL_);
      expect(sent[0]?.signal).toBeInstanceOf(AbortSignal);
    });

    test('sends nothing for a Request whose signal has aborted', async () => {
      const { fetch, sent } = answering(new Response(''));
      const aborted = new Request(URL_, { signal: AbortSignal.abort('enough') });
      expect(await thrown(retryingFetch(quick, fetch)(aborted))).toBe('enough');
      expect(sent).toEqual([]);
    });

    test('passes on an answer as it is if only its class or its body is that of the platform', async () => {
      const foreign = { status: 200, headers: {}, body: new Response('x').body };
      const odd = Object.defineProperty(new Response('x'), 'body', { value: {} });
      for (const answer of [foreign, odd]) {
        const { fetch } = answering(answer);
        expect(await retryingFetch(timed, fetch)(URL_, { signal })).toBe(answer);
      }
    });

    test('passes on an answer without a body as it is', async () => {
      for (const answer of [new Response(null, { status: 204 }), { status: 200, headers: {} }]) {
        const { fetch } = answering(answer);
        expect(await retryingFetch(timed, fetch)(URL_, { signal })).toBe(answer);
      }
    });

    test('passes on the answer of another library as it is, and watches the end of its body', async () => {
      const body = Readable.from(['x']);
      const answer = { status: 200, headers: {}, body };
      const { fetch } = answering(answer);
      expect(await retryingFetch(timed, fetch)(URL_, { signal })).toBe(answer);
      expect(body.listenerCount('close')).toBe(1);
    });

    test('watches until it is collected the answer of a library whose body cannot be listened to', async () => {
      const register = jest.spyOn(abandoned, 'register');
      const answer = { status: 200, headers: {}, body: {} };
      const { fetch } = answering(answer);
      expect(await retryingFetch(timed, fetch)(URL_, { signal })).toBe(answer);
      expect(register).toHaveBeenCalledWith(answer, expect.any(Function));
      register.mockRestore();
    });

    test.each([
      [199, true],
      [200, false],
      [599, false],
      [600, true],
      [999, true],
    ])('passes on a Response of %i as it is, because none can be made with it: %j', async (status, isSame) => {
      const answer = new Response('x');
      Object.defineProperty(answer, 'status', { value: status });
      const { fetch } = answering(answer);
      const got = await retryingFetch({ ...timed, stop: stop.afterAttempt(1) }, fetch)(URL_, { signal });
      expect([got === answer, got.status, await got.text()]).toEqual([isSame, status, 'x']);
    });

    test('passes on a Response whose body was read already as it is', async () => {
      const answer = new Response('x');
      await answer.text();
      const { fetch } = answering(answer);
      expect(await retryingFetch(timed, fetch)(URL_, { signal })).toBe(answer);
    });

    test('leaves the answer of another library alone with idleTimeout', async () => {
      const answer = { status: 200, headers: {}, body: {} };
      const { fetch } = answering(answer);
      expect(await retryingFetch({ ...quick, idleTimeout: 50 }, fetch)(URL_)).toBe(answer);
    });
  });

  test('does not continue the body of another origin whose headers the browser hides', async () => {
    const cut = (headers: Record<string, string>): Response => {
      const body = new ReadableStream({
        pull: (stream) => stream.error(Object.assign(new Error('cut'), { code: 'ECONNRESET' })),
      });
      return Object.defineProperty(new Response(body, { headers }), 'type', { value: 'cors' });
    };
    const rest = (): Response => new Response('abc', { status: 206, headers: { 'content-range': 'bytes 0-2/3' } });
    const headers = { etag: '"v1"', 'content-length': '3' };
    const seen = answering(cut({ ...headers, date: new Date().toUTCString() }), rest(), cut(headers), rest());
    const send = retryingFetch({ ...quick, resume: true }, seen.fetch);
    expect(await (await send(URL_)).text()).toBe('abc');
    expect((await thrown((await send(URL_)).text())).message).toBe('cut');
    expect(seen.sent).toHaveLength(3);
  });
});
