import { channel } from 'node:diagnostics_channel';
import {
  CircuitBreaker,
  LimiterUnavailableError,
  Retrying,
  retryIf,
  stop,
  TokenBucket,
  wait,
  type RateLimiter,
  type RetryCallState,
  type RetryStrategy,
} from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { ClientError, NetworkError, RateLimitError, retryIfHttp, retryingFetch, ServerError } from 'tenax/http';
import type { Outcome } from '../../../lib/call/outcome.js';
import { errorOf } from '../../../lib/http/errors.js';
import { entryOf } from '../../../lib/http/retry-table.js';
import { raised } from '../../strategies/states.js';
import { thrown } from '../../thrown.js';
import { failing, scripted } from '../../axios/scripted-adapter';
import { answer as reply, scripted as scriptedClient } from './body/scripted-client.js';

type Step = { readonly status: number; readonly headers?: Record<string, string> } | Error;

/** How often a request goes out, through each client, that gets the same answer each time. */
const clients: [
  string,
  (step: Step, method: string, options?: AxiosRetryOptions, headers?: object) => Promise<[number, unknown]>,
][] = [
  [
    'retryingFetch',
    async (step, method, options = {}, headers = {}) => {
      let sent = 0;
      const fetch = retryingFetch(
        { wait: wait.none(), stop: stop.afterAttempt(2), ...(options as object) },
        async () => {
          sent += 1;
          if (step instanceof Error) throw step;
          return new Response('', step);
        },
      );
      const end = await fetch('http://api.test/', { method, headers: headers as Record<string, string> }).catch(
        (error: unknown) => error,
      );
      return [sent, end];
    },
  ],
  [
    'RetryingAxios',
    async (step, method, options = {}, headers = {}) => {
      const { adapter, seen } = scripted(...Array(2).fill(step instanceof Error ? failing(step) : () => step));
      const api = new RetryingAxios({ adapter }, { wait: wait.none(), stop: stop.afterAttempt(2), ...options });
      const end = await api.request({ url: 'http://api.test/', method, headers }).catch((error: unknown) => error);
      return [seen.length, end];
    },
  ],
];

const answer = (status: number, headers: Record<string, string> = {}): Step => ({ status, headers });
/** An error as Node's fetch throws it. */
const coded = (code: string): Step =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

describe.each(clients)('%s', (_name, send) => {
  const sent = async (...args: Parameters<typeof send>): Promise<number> => (await send(...args))[0];

  describe.each(['GET', 'QUERY', 'PUT', 'POST', 'PATCH'])('tries a %s again', (method) => {
    const idempotent = !['POST', 'PATCH'].includes(method);

    test.each<[string, Step, boolean]>([
      ['429', answer(429), true],
      ['403 that names a time', answer(403, { 'retry-after': '0' }), true],
      ['403 with nothing left', answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }), true],
      ['413 that names a time', answer(413, { 'retry-after': '0' }), true],
      ['a refused connection', coded('ECONNREFUSED'), true],
      ['an unknown host', coded('ENOTFOUND'), true],
      ['500', answer(500), idempotent],
      ['503', answer(503), idempotent],
      ['408', answer(408), idempotent],
      ['425', answer(425), idempotent],
      ['a dropped connection', coded('ECONNRESET'), idempotent],
      ['x-should-retry: true', answer(404, { 'x-should-retry': 'true' }), true],
      ['503 with x-should-retry: true', answer(503, { 'x-should-retry': 'true' }), true],
      ['503 with x-should-retry: false', answer(503, { 'x-should-retry': 'false' }), false],
      ['429 with x-should-retry: false', answer(429, { 'x-should-retry': 'false' }), false],
      ['403', answer(403), false],
      ['413', answer(413), false],
      ['404 that names a time', answer(404, { 'retry-after': '0' }), false],
      ['401', answer(401), false],
      ['200 with x-should-retry: true', answer(200, { 'x-should-retry': 'true' }), false],
      ['a certificate that is not trusted', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), false],
      ['an answer that is not HTTP', coded('HPE_INVALID_CONSTANT'), false],
      ['an argument that the client refuses', coded('UND_ERR_INVALID_ARG'), false],
      ['a length that does not match', coded('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'), false],
    ])('after %s: %s', async (_what, step, again) => {
      expect(await sent(step, method)).toBe(again ? 2 : 1);
    });
  });

  test('makes typed errors of what counts as a 429, and of a certificate', async () => {
    const options = { reraise: true, fallback: (error: unknown) => error as never };
    expect((await send(answer(403, { 'retry-after': '7' }), 'GET', options))[1]).toBeInstanceOf(RateLimitError);
    expect((await send(answer(503), 'GET', options))[1]).toBeInstanceOf(ServerError);
    expect((await send(answer(404), 'GET', options))[1]).toBeInstanceOf(ClientError);
    expect((await send(coded('CERT_HAS_EXPIRED'), 'GET', options))[1]).toBeInstanceOf(NetworkError);
  });

  test('has the method rules in force under a retryIf of the user, which x-should-retry does not override', async () => {
    const notFound = { retryIf: retryIfHttp.status(404) };
    expect(await sent(answer(404), 'GET', notFound)).toBe(2);
    expect(await sent(answer(404), 'POST', notFound)).toBe(1);
    expect(await sent(answer(404), 'POST', { ...notFound, methods: ['POST'] })).toBe(2);
    expect(await sent(answer(404), 'POST', notFound, { 'Idempotency-Key': 'k' })).toBe(2);
    expect(await sent(answer(404, { 'x-should-retry': 'false' }), 'GET', notFound)).toBe(2);
    expect(await sent(answer(503, { 'x-should-retry': 'true' }), 'GET', notFound)).toBe(1);
    expect(
      await sent(coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'GET', { retryIf: retryIf.exceptionType(NetworkError) }),
    ).toBe(2);
  });

  test('may retry a refusal of a limiter or breaker, for every method', async () => {
    const limiter = new TokenBucket({ rate: 0, initial: 0, maxPending: 0 });
    let attempts = 0;
    const before = (): void => void (attempts += 1);
    for (const refusing of [{ limiter, maxWait: 0 }, { breaker: openBreaker() }]) {
      attempts = 0;
      const [requests, end] = await send(answer(200), 'POST', { ...refusing, before, retryIf: () => true });
      expect([requests, end instanceof Error]).toEqual([0, true]);
      expect(await sent(answer(200), 'POST', { ...refusing, before })).toBe(0);
    }
  });
});

function openBreaker(): CircuitBreaker {
  const breaker = new CircuitBreaker({});
  breaker.hold('closed for repairs');
  return breaker;
}

describe('retrying.decide of a client', () => {
  const { retrying } = new RetryingAxios({}, { wait: wait.none() });
  const error = (status: number) =>
    thrown(new RetryingAxios({ adapter: scripted(status).adapter }, { stop: stop.afterAttempt(1) }).get('/'));

  test('keeps the method rules for the request that it is given', async () => {
    const decide = async (failure: Error, request?: object) =>
      (await retrying.decide({ attemptNumber: 1, error: failure, request })).retry;
    const [busy, many] = [await error(503), await error(429)];
    expect(await decide(busy, { method: 'GET', url: 'http://api.test/', headers: {} })).toBe(true);
    expect(await decide(busy, { method: 'POST', url: 'http://api.test/', headers: {} })).toBe(false);
    expect(await decide(busy, { method: 'POST', headers: { 'idempotency-key': 'k' } })).toBe(true);
    expect(await decide(busy)).toBe(false);
    expect(await decide(many)).toBe(true);
    expect(retrying).toBeInstanceOf(Retrying);
  });
});

describe('A request that a limiter refuses', () => {
  /** A limiter that refuses once. */
  const refusing = (refusal: Error): RateLimiter & { asked: number } => ({
    asked: 0,
    async acquire() {
      this.asked += 1;
      if (this.asked === 1) throw refusal;
      return 0;
    },
    tryAcquire: () => true,
  });
  const refusal = new LimiterUnavailableError('no answer');

  test('is not tried again by default', async () => {
    const limiter = refusing(refusal);
    expect(await thrown(scriptedClient([], { limiter }).send())).toBe(refusal);
    expect(limiter.asked).toBe(1);
  });

  test('may be tried again even if its body cannot be sent twice', async () => {
    const { send, sent } = scriptedClient([reply(200)], {
      limiter: refusing(refusal),
      retryIf: retryIf.always.and(({ outcome }) => outcome.failed),
    });
    expect(await send({ method: 'POST', notReplayable: 'its body is a stream' })).toEqual(reply(200));
    expect(sent).toHaveLength(1);
  });
});

test.each([[{}], [{ retryIf: retryIf.exception() }]])(
  'A POST is not sent again if a redirect led to where nobody listens: %j',
  async (options) => {
    const refused = async (): Promise<never> => {
      channel('undici:request:headers').publish({
        request: { origin: 'http://api.test', path: '/file' },
        response: { statusCode: 307, headers: [] },
      });
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    };
    const { send, sent } = scriptedClient([refused, reply(200)], options);
    expect(await thrown(send({ method: 'POST' }))).toBeInstanceOf(NetworkError);
    expect(sent).toHaveLength(1);
  },
);

test('A POST may be sent again if the server says so and the condition of the user agrees', async () => {
  for (const [value, requests] of [
    ['true', 2],
    ['false', 1],
  ] as const) {
    const invited = { ...reply(404), headers: { 'x-should-retry': value } };
    const { send, sent } = scriptedClient([invited, reply(200)], { retryIf: retryIfHttp.status(404) });
    await send({ method: 'POST' }).catch(() => undefined);
    expect(sent).toHaveLength(requests);
  }
});

test('The condition of a client reads the clock if that of the user does', () => {
  const reads = (own?: RetryStrategy | (() => boolean)): boolean =>
    scriptedClient([], { retryIf: own }).client.retrying.policy.retryIf.readsClock;
  expect(reads()).toBe(false);
  for (const own of [retryIfHttp.status(404), retryIf.never]) expect(reads(own)).toBe(own.readsClock);
  expect(reads(() => true)).toBe(retryIf.result(() => true).and(() => true).readsClock);
});

test('The condition that a client prints holds for what its table retries', () => {
  const { source } = new RetryingAxios().retrying.policy.retryIf;
  const [printed] = source?.args as [RetryStrategy];
  const statuses = Array.from({ length: 500 }, (_, i) => i + 100);
  const errors = [
    ...statuses.map((status) => errorOf({ status, headers: {} }, { method: 'GET', requestUrl: '/', attempts: 1 })),
    ...['ECONNRESET', 'CERT_HAS_EXPIRED'].map((code) => Object.assign(new Error(code), { code })),
    new TypeError('x is not a function'),
  ];
  for (const error of errors) {
    const state = raised(error);
    const isRetried = entryOf(state.outcome as Outcome) !== 'never';
    expect([String(error), printed.shouldRetry(state)]).toEqual([String(error), isRetried]);
  }
});

test('The condition of a client is false before the first outcome', () => {
  const { retryIf: condition } = new RetryingAxios().retrying.policy;
  expect(condition.shouldRetry({} as RetryCallState)).toBe(false);
});

test('The policy of a client can run another function, which has no answer to discard', async () => {
  const api = new RetryingAxios({}, { wait: wait.none(), retryIf: retryIf.exception() });
  let calls = 0;
  await expect(
    api.retrying.run(async () => {
      calls += 1;
      if (calls < 3) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return calls;
    }),
  ).resolves.toBe(3);
});
