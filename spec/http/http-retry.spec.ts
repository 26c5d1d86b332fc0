import axios from 'axios';
import fc from 'fast-check';
import { Retry, RetryError, Retrying, retryIf, stop, wait, type RetryCallState, type RetryStrategy } from 'tenax';
import { httpRetry, NetworkError, retryIfHttp } from 'tenax/http';
import { FlakyServer, VirtualClock } from 'tenax/testing';
import { entryOf } from '../../lib/http/retry-table';
import { thrown } from '../thrown.js';

const failure = (more: object): Error => Object.assign(new Error('x'), more);
const status = (code: number, headers: object = {}): Error => failure({ status: code, headers });
const network = (code: string): Error => failure({ code });

/** How many calls are made, under a policy without waits. */
async function callsOf(policy: object, outcome: () => unknown): Promise<number> {
  let calls = 0;
  const options = { wait: wait.none(), stop: stop.afterAttempt(3), ...policy };
  await new Retrying(options)
    .run(async () => {
      calls += 1;
      const value = outcome();
      if (value instanceof Error) throw value;
      return value;
    })
    .catch(() => undefined);
  return calls;
}

const wasRetried = async (policy: object, outcome: unknown): Promise<boolean> =>
  (await callsOf(policy, () => outcome)) > 1;

const nothingLeft = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' };

/** Each row of the table: always, where a call may be made twice, or never. */
const TABLE: readonly (readonly [string, unknown, 'always' | 'ifRepeatable' | 'never'])[] = [
  ['429', status(429), 'always'],
  ['403 that names a time', status(403, { 'retry-after': '0' }), 'always'],
  ['413 that names a time', status(413, { 'retry-after-ms': '0' }), 'always'],
  ['403 with nothing left until a reset', status(403, nothingLeft), 'always'],
  ['403', status(403), 'never'],
  ['413', status(413), 'never'],
  ['500', status(500), 'ifRepeatable'],
  ['503 that names a time', status(503, { 'retry-after': '0' }), 'ifRepeatable'],
  ['408', status(408), 'ifRepeatable'],
  ['425', status(425), 'ifRepeatable'],
  ['401', status(401), 'never'],
  ['404 that names a time', status(404, { 'retry-after': '0' }), 'never'],
  ['400 that should be retried', status(400, { 'x-should-retry': 'true' }), 'always'],
  ['500 that should be retried', status(500, { 'x-should-retry': 'true' }), 'always'],
  ['429 that should not', status(429, { 'x-should-retry': 'false' }), 'never'],
  ['503 that should not', status(503, { 'x-should-retry': 'false' }), 'never'],
  ['dropped connection', network('ECONNRESET'), 'ifRepeatable'],
  ['certificate', network('CERT_HAS_EXPIRED'), 'never'],
  ['argument', network('UND_ERR_INVALID_ARG'), 'never'],
  ['abort', failure({ name: 'AbortError' }), 'never'],
  ['fault of the program', new TypeError('x is undefined'), 'never'],
  ['refusal of a limiter', failure({ code: 'TENAX_LIMITER_FULL' }), 'never'],
  ['Response of 503', new Response('', { status: 503 }), 'ifRepeatable'],
  ['Response of 429', new Response('', { status: 429 }), 'always'],
  ['Response of 404', new Response('', { status: 404 }), 'never'],
  ['Response of 200', new Response(''), 'never'],
  ['value with a status, which is not an answer', { status: 503 }, 'never'],
  ['value with headers, but without a status', { headers: {} }, 'never'],
  ['value', 'done', 'never'],
];

describe.each(TABLE)('A %s', (_what, outcome, entry) => {
  test(`is retried ${entry}`, async () => {
    expect(await wasRetried(httpRetry({ wait: wait.none() }), outcome)).toBe(entry === 'always');
    expect(await wasRetried(httpRetry({ wait: wait.none(), idempotent: true }), outcome)).toBe(entry !== 'never');
    const ended =
      outcome instanceof Error ? { failed: true as const, error: outcome } : { failed: false as const, value: outcome };
    expect(entryOf({ attemptNumber: 1, ...ended })).toBe(entry);
  });
});

describe.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ConnectionRefused'])(
  'A request that was never sent (%s)',
  (code) => {
    test('is retried, idempotent or not', async () => {
      expect(await wasRetried(httpRetry({ wait: wait.none() }), network(code))).toBe(true);
      const redirected = failure({ code, request: { _redirectCount: 1 } });
      expect(await wasRetried(httpRetry({ wait: wait.none() }), redirected)).toBe(false);
    });
  },
);

describe('httpRetry', () => {
  test('makes six attempts, waits as the server asks and fails with the last error', async () => {
    const clock = new VirtualClock();
    const error = status(429, { 'retry-after': '2' });
    let calls = 0;
    const call = new Retrying(httpRetry({ clock })).run(() => {
      calls += 1;
      throw error;
    });
    expect(await clock.run(thrown(call))).toBe(error);
    expect([calls, clock.now()]).toEqual([6, 10_000]);
  });

  test('takes the options of a policy, of which undefined keeps the default', async () => {
    expect(await callsOf(httpRetry({ stop: stop.afterAttempt(2), wait: wait.none() }), () => status(429))).toBe(2);
    expect(httpRetry({ stop: undefined, reraise: false, name: 'x' })).toMatchObject({ reraise: false, name: 'x' });
    expect(String(httpRetry({ stop: undefined }).stop)).toBe('stop.afterAttempt(6)');
  });

  test('has a condition that prints as the code that made it, in the error of its JSON too', () => {
    const options = httpRetry({ idempotent: true, retryIf: retryIfHttp.status(404) });
    expect(String(options.retryIf)).toBe('httpRetry({ idempotent: true, retryIf: retryIfHttp.status(404) }).retryIf');
    expect(String(httpRetry().retryIf)).toBe('httpRetry().retryIf');
    expect(String(httpRetry({ idempotent: true }).retryIf)).toBe('httpRetry({ idempotent: true }).retryIf');
    expect(String(httpRetry({ retryIf: retryIf.never }).retryIf)).toBe('httpRetry({ retryIf: retryIf.never }).retryIf');
    expect(() => JSON.stringify(new Retrying(httpRetry()))).toThrow(
      'retryIf: httpRetry().retryIf cannot be written as JSON',
    );
  });

  test('lets retryIf decide what is retried, but not what is safe', async () => {
    const only404 = { wait: wait.none(), retryIf: retryIfHttp.status(404) };
    expect(await wasRetried(httpRetry(only404), status(404))).toBe(false);
    expect(await wasRetried(httpRetry({ ...only404, idempotent: true }), status(404))).toBe(true);
    expect(await wasRetried(httpRetry({ ...only404, idempotent: true }), status(429))).toBe(false);
    expect(
      await wasRetried(
        httpRetry({ wait: wait.none(), retryIf: () => true }),
        status(429, { 'x-should-retry': 'false' }),
      ),
    ).toBe(false);
    expect(
      await wasRetried(
        httpRetry({ wait: wait.none(), retryIf: async () => true, idempotent: true }),
        status(503, { 'x-should-retry': 'false' }),
      ),
    ).toBe(true);
    expect(await wasRetried(httpRetry({ wait: wait.none(), retryIf: retryIf.never }), status(429))).toBe(false);
  });

  test('works as a decorator', async () => {
    class Api {
      calls = 0;
      @Retry(httpRetry({ idempotent: true, stop: stop.afterAttempt(4), wait: wait.none() }))
      async list(): Promise<string> {
        this.calls += 1;
        if (this.calls < 4) throw status(503);
        return 'done';
      }
    }
    await expect(new Api().list()).resolves.toBe('done');
  });

  test('gives up an answer that is not accepted with a RetryError', async () => {
    const policy = new Retrying(httpRetry({ idempotent: true, stop: stop.afterAttempt(1) }));
    await expect(policy.run(async () => new Response('', { status: 503 }))).rejects.toBeInstanceOf(RetryError);
  });

  test.each([
    [1, '1'],
    ['yes', '"yes"'],
    [null, 'null'],
  ])('refuses idempotent: %j', (idempotent, shown) => {
    expect(() => httpRetry({ idempotent: idempotent as never })).toThrow(
      new TypeError(`httpRetry: idempotent takes true or false, got ${shown}`),
    );
  });

  test.each([
    [1, '1'],
    ['yes', '"yes"'],
    [null, 'null'],
    [[], 'an array'],
  ])('refuses %j in place of options', (options, shown) => {
    expect(() => httpRetry(options as never)).toThrow(
      new TypeError(`httpRetry takes idempotent and the options of a policy, got ${shown}`),
    );
  });

  test('refuses a retryIf that is no condition', () => {
    expect(() => httpRetry({ retryIf: 5 as never })).toThrow(/^retryIf takes /);
  });

  test('does not retry a NetworkError of its own that another try cannot help', async () => {
    const error = new NetworkError({ method: 'GET', url: '/', retryable: false }, 'x');
    expect(await wasRetried(httpRetry({ idempotent: true, wait: wait.none() }), error)).toBe(false);
  });
});

test('Without idempotent nothing is retried that was answered by a server that may have acted on it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 599 }),
      fc.constantFrom({}, { 'retry-after': '1' }, nothingLeft),
      (code, headers) => {
        const entry = entryOf({ attemptNumber: 1, failed: true, error: status(code, headers) });
        const limited = code === 429 || ((code === 403 || code === 413) && Object.keys(headers).length > 0);
        expect(entry === 'always').toBe(limited);
      },
    ),
  );
});

describe.each<[string, (url: string) => Promise<unknown>]>([
  ['fetch', (url) => fetch(url, { method: 'POST', body: 'x' })],
  ['axios', (url) => axios.post(url, 'x')],
  ['axios over fetch', (url) => axios.post(url, 'x', { adapter: 'fetch' })],
])('A POST of %s that is redirected to where nobody listens', (_client, send) => {
  test.each([303, 307])('by a %i is not sent again', async (code) => {
    // A port that was free a moment ago.
    const gone = await FlakyServer.start();
    await gone.close();
    const server = await FlakyServer.start({ handler: (_request, response) => void response.writeHead(code, { location: `${gone.url}/x` }).end() });
    const policy = httpRetry({ wait: wait.none() });
    await new Retrying(policy).run(() => send(server.url)).catch(() => undefined);
    expect(server.requests).toHaveLength(1);
    await server.close();
    // Where nobody ever redirected to, it is.
    let calls = 0;
    await new Retrying(policy).run(() => { calls += 1; return send('http://127.0.0.1:3/'); }).catch(() => undefined);
    expect(calls).toBe(6);
  }); // prettier-ignore
});

test('The condition of httpRetry is false before the first outcome', () => {
  expect((httpRetry().retryIf as RetryStrategy).shouldRetry({} as RetryCallState)).toBe(false);
});
