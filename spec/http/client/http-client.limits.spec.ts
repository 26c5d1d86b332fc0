import axios, { type AxiosRequestConfig } from 'axios';
import {
  LimiterUnavailableError,
  stop,
  TokenBucket,
  TokenBuckets,
  wait,
  WaitStrategy,
  type RateFeedback,
  type RateLimiter,
  type RetryOptions,
} from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { retryingFetch, type HttpRetryOptions } from 'tenax/http';
import { FlakyServer, VirtualClock } from 'tenax/testing';

type Send = (
  path: string,
  init?: { headers?: Record<string, string>; signal?: AbortSignal },
) => Promise<{ status: number }>;

const clients: Record<string, (server: FlakyServer, options: HttpRetryOptions) => Send> = {
  RetryingAxios: (server, options) => {
    const api = new RetryingAxios(axios.create({ baseURL: server.url, validateStatus: () => true }), options);
    return (path, init) => api.get(path, init);
  },
  retryingFetch: (server, options) => {
    const fetch = retryingFetch(options);
    return (path, init) => fetch(`${server.url}${path}`, init);
  },
};

const quick: RetryOptions<any> = { wait: wait.none(), stop: stop.afterAttempt(3) };

describe.each(Object.keys(clients))('The limiter of %s', (name) => {
  let server: FlakyServer;
  const start = async (...script: NonNullable<Parameters<typeof FlakyServer.start>[0]>['script'] & object) => {
    server = await FlakyServer.start({ script });
    return (options: HttpRetryOptions): Send => clients[name]!(server, options);
  };
  afterEach(() => server.close());

  test('grants a token to every attempt, and receives every answer', async () => {
    const client = await start(503, 200);
    let acquired = 0;
    const told: RateFeedback[] = [];
    const limiter: RateLimiter = {
      acquire: async () => (acquired += 1),
      tryAcquire: () => true,
      report: (feedback) => void told.push(feedback),
    };
    await client({ ...quick, limiter })('/');
    expect(acquired).toBe(2);
    expect(told.map(({ status }) => status)).toEqual([503, 200]);
  });

  test('holds back all callers for the Retry-After of one', async () => {
    const client = await start({ status: 429, headers: { 'Retry-After': '7' } });
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 100, clock });
    const send = client({ ...quick, stop: stop.afterAttempt(1), limiter: bucket });
    expect((await send('/')).status).toBe(429);
    const others = Promise.all([send('/a'), send('/b')]);
    await clock.advance(6999);
    expect(bucket.pending).toBe(2);
    expect(server.requests).toHaveLength(1);
    await clock.advance(2);
    await others;
    expect(server.requests).toHaveLength(3);
  });

  test('is held back for at most the cap, the default one or that of wait.retryAfter', async () => {
    const day = { status: 429, headers: { 'Retry-After': '86400' } };
    const client = await start(day, day);
    for (const [options, cap] of [
      [{}, 300_000],
      [{ wait: wait.retryAfter({ max: 5000 }).atLeast(1) }, 5000],
    ] as const) {
      const clock = new VirtualClock();
      const bucket = new TokenBucket({ rate: 100, clock });
      expect((await client({ ...options, limiter: bucket })('/')).status).toBe(429);
      await clock.advance(cap - 1);
      expect(bucket.tryAcquire()).toBe(false);
      await clock.advance(1);
      expect(bucket.tryAcquire()).toBe(true);
    }
  });

  test('follows a remaining count, and waits for a reset, up to the cap', async () => {
    const left = (status: number, remaining: number, reset: number) => ({
      status,
      headers: { 'RateLimit-Limit': '50', 'RateLimit-Remaining': String(remaining), 'RateLimit-Reset': String(reset) },
    });
    const client = await start(left(200, 3, 60), left(429, 0, 86_400), left(429, 0, 60));
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, capacity: 50, clock });
    const send = client({ ...quick, stop: stop.afterAttempt(1), limiter: bucket });
    await send('/');
    expect(bucket.available).toBe(3);
    await send('/');
    expect(bucket.available).toBe(0);
    await clock.advance(299_999);
    expect(bucket.available).toBe(0);
    await clock.advance(2001);
    expect(bucket.tryAcquire()).toBe(true);
    await send('/');
    await clock.advance(59_999);
    expect(bucket.available).toBe(0);
    await clock.advance(1001);
    expect(bucket.tryAcquire()).toBe(true);
  });

  test('holds a call back for longer than its attemptTimeout: no attempt is made until then', async () => {
    const client = await start();
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, clock });
    bucket.pauseFor(60_000);
    const send = client({ ...quick, limiter: bucket, attemptTimeout: 5000, clock });
    const held = send('/');
    await clock.advance(59_000);
    expect(server.requests).toHaveLength(0);
    await clock.advance(1000);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await held).status).toBe(200);
  });

  test('fails the call with its own error when it cannot give a token', async () => {
    const client = await start();
    const error = new LimiterUnavailableError('no answer');
    const limiter: RateLimiter = { acquire: () => Promise.reject(error), tryAcquire: () => false };
    await expect(client({ ...quick, limiter })('/')).rejects.toBe(error);
    expect(server.requests).toHaveLength(0);
  });

  test('may be any object that grants, with any wait beside it', async () => {
    const client = await start(503, 503, 503, 503);
    const limiter: RateLimiter = { acquire: async () => 0, tryAcquire: () => true };
    expect((await client({ limiter, wait: () => 0, stop: stop.afterAttempt(2) })('/')).status).toBe(503);
    const chained = { wait: wait.chain(wait.none(), wait.fixed(1)), stop: stop.afterAttempt(1) };
    class Own extends WaitStrategy {
      delay(): number {
        return 0;
      }
    }
    const own = { wait: new Own(), stop: stop.afterAttempt(1) };
    expect((await client({ ...own, limiter })('/')).status).toBe(503);
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, clock });
    expect((await client({ ...chained, limiter: bucket })('/')).status).toBe(503);
    expect(bucket.available).toBe(0);
  });

  test('may be one for each host, or for each key of the request', async () => {
    const client = await start();
    const clock = new VirtualClock();
    const hosts = new TokenBuckets({ rate: 10, clock });
    await client({ limiter: hosts })('/a?b=c');
    expect(hosts.size).toBe(1);
    expect((hosts.get(new URL(server.url).host) as TokenBucket).available).toBe(9);
    const users = new TokenBuckets({
      key: ({ headers, url }: AxiosRequestConfig) =>
        `${String((headers as unknown as Headers).get('x-user'))} ${new URL(url!, 'http://base').pathname}`,
      rate: 10,
      clock,
    });
    const send = client({ limiter: users });
    await send('/a', { headers: { 'X-User': 'ada' } });
    await send('/a', { headers: { 'X-User': 'bob' } });
    await send('/a', { headers: { 'X-User': 'ada' } });
    expect(users.size).toBe(2);
    expect((users.get('bob /a') as TokenBucket).available).toBe(9);
  });

  test('pauses only the bucket of the key after a 429', async () => {
    const client = await start({ status: 429, headers: { 'Retry-After': '60' } });
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({
      key: ({ headers }: AxiosRequestConfig) => String((headers as unknown as Headers).get('x-user')),
      rate: 10,
      clock,
    });
    const send = client({ ...quick, stop: stop.afterAttempt(1), limiter: buckets });
    await send('/', { headers: { 'X-User': 'ada' } });
    expect(await buckets.get('ada').tryAcquire()).toBe(false);
    expect(await buckets.get('bob').tryAcquire()).toBe(true);
  });

  test('gives the place of an aborted request to the next', async () => {
    const client = await start();
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const send = client({ limiter: bucket });
    const controller = new AbortController();
    const aborted = send('/aborted', { signal: controller.signal });
    const other = send('/other');
    while (bucket.pending < 2) await clock.advance(0);
    controller.abort();
    await expect(aborted).rejects.toThrow();
    await clock.advance(1000);
    expect((await other).status).toBe(200);
    expect(server.requests.map(({ url }) => url)).toEqual(['/other']);
  });

  test('is refused when it is none', async () => {
    const client = await start();
    expect(() => client({ limiter: {} as never })).toThrow('limiter takes a rate limiter');
  });
});
