import fc from 'fast-check';
import { AxiosError, AxiosHeaders } from 'axios';
import { httpError, NetworkError } from '../../lib/http/errors';
import { countsAsRateLimit, readAnswer, shouldRetryHeader } from '../../lib/headers/answer';

const failed = (error: unknown) => readAnswer({ failed: true, error });
const succeeded = (value: unknown) => readAnswer({ failed: false, value });
const plain = { 'retry-after': '2' };
const platform = new Headers(plain);

const axiosError = (status: number, code?: string): AxiosError =>
  new AxiosError(
    'Request failed',
    code,
    undefined,
    {},
    {
      status,
      statusText: '',
      headers: new AxiosHeaders(plain),
      config: {} as never,
      data: '',
    },
  );

describe('readAnswer finds status, headers and time in the error of', () => {
  test.each<[string, unknown]>([
    ['axios', axiosError(429, 'ERR_BAD_REQUEST')],
    ['got', { name: 'HTTPError', code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 429, headers: plain } }],
    ['ky', { name: 'HTTPError', response: new Response('', { status: 429, headers: plain }) }],
    ['undici', { name: 'ResponseError', code: 'UND_ERR_RESPONSE', statusCode: 429, headers: plain }],
    ['openai', { name: 'Error', status: 429, headers: platform, code: 'rate_limit_exceeded' }],
    ['@anthropic-ai/sdk', { name: 'RateLimitError', status: 429, headers: platform }],
    ['@octokit', { name: 'HttpError', status: 429, request: {}, response: { status: 429, headers: plain } }],
    ['stripe', { type: 'StripeRateLimitError', statusCode: 429, headers: plain, raw: {} }],
    ['graphql-request', { response: { status: 429, headers: platform, errors: [] }, request: {} }],
    ['AWS SDK v3', { $metadata: { httpStatusCode: 429 }, $response: { statusCode: 429, headers: plain } }],
    ['a fetch that throws the Response', new Response('', { status: 429, headers: plain })],
    ['tenax', httpError({ status: 429, method: 'GET', url: '/', headers: plain, response: {} })],
  ])('%s', (_client, error) => {
    const answer = failed(error);
    expect([answer.status, answer.retryAfter]).toEqual([429, 2000]);
    expect(countsAsRateLimit(answer)).toBe(true);
  });

  test('@slack/web-api, whose retryAfter is in seconds', () => {
    const answer = failed({ code: 'slack_webapi_rate_limited_error', retryAfter: 2 });
    expect([answer.status, answer.retryAfter]).toEqual([429, 2000]);
    expect(failed({ code: 'slack_webapi_http_error', statusCode: 503, headers: plain })).toMatchObject({ status: 503 });
  });

  test('AWS without $response, which has a status alone', () => {
    expect(failed({ $metadata: { httpStatusCode: 503, attempts: 1 } })).toMatchObject({
      status: 503,
      retryAfter: undefined,
    });
  });
});

describe('readAnswer finds no status', () => {
  test.each<[string, unknown]>([
    ["in @octokit's 500 for no answer", { name: 'HttpError', status: 500, request: {}, cause: new TypeError() }],
    ['in an answer of axios that broke off', axiosError(200, 'ERR_BAD_RESPONSE')],
    ['in an answer of got that broke off', { code: 'ECONNRESET', response: { statusCode: 200, headers: {} } }],
    ['in an answer of AWS that broke off', { code: 'ECONNRESET', $metadata: { httpStatusCode: 200 } }],
    ['in a network error', new NetworkError({ method: 'GET', url: '/' }, 'ECONNRESET')],
    ['in a status that is a text', { status: '429' }],
    ['in a number that is not a status', { status: 7 }],
    ['in a number below every status', { status: 99 }],
    ['in a number above every status', { status: 600 }],
    ['in an error without fields', new Error('429')],
    ['in a text', '429'],
    ['in null', null],
    ['in undefined', undefined],
    ['in an object that throws when it is read', new Proxy({}, { get: () => { throw new Error('no'); } })],
  ])('%s', (_what, error) => {
    expect(failed(error).status).toBeUndefined();
    expect(failed(error).retryAfter).toBeUndefined();
  }); // prettier-ignore
});

test.each<[string, number, object]>([
  ['the lowest status', 100, { status: 100 }],
  ['the highest status', 599, { status: 599 }],
  ['a 400 whose error has a code', 400, { status: 400, code: 'invalid_request' }],
  ['a 500', 500, { status: 500 }],
  ["@octokit's 500 that is an answer", 500, { name: 'HttpError', status: 500, request: {}, response: {} }],
  ["a 500 beside a request in another client's error", 500, { name: 'APIError', status: 500, request: {} }],
  ["another status of @octokit's error without an answer", 503, { name: 'HttpError', status: 503, request: {} }],
])('readAnswer finds %s', (_what, status, error) => {
  expect(failed(error).status).toBe(status);
});

describe('readAnswer of an error', () => {
  test('finds the answer itself in `response`', () => {
    const response = { status: 404, headers: {} };
    expect(failed({ status: 404, response }).response).toBe(response);
  });

  test('takes the error for the answer where `response` holds none', () => {
    const error = { status: 429, response: 'Too Many Requests', headers: plain };
    expect(failed(error)).toMatchObject({ status: 429, retryAfter: 2000, response: error });
  });

  test('finds no headers in a text or in null', () => {
    expect(failed({ status: 429, headers: 'retry-after: 2' }).headers).toBeUndefined();
    expect(failed({ status: 429, headers: null }).headers).toBeUndefined();
  });

  test('of tenax returns the answer that the error was made of', () => {
    const error = httpError({ status: 429, method: 'GET', url: '/', headers: plain, response: {} });
    expect(failed(error)).toBe(failed(error));
  });

  test('reads it once, however often it is asked', () => {
    const status = jest.fn(() => 429);
    const end = { failed: true, error: Object.defineProperty({}, 'status', { get: status }) } as const;
    expect(readAnswer(end)).toBe(readAnswer(end));
    expect(status).toHaveBeenCalledTimes(1);
  });
});

test('readAnswer finds an accepted status that validateStatus refused, which has no code', () => {
  expect(failed(axiosError(202))).toMatchObject({ status: 202, retryAfter: 2000 });
});

describe('readAnswer of a value', () => {
  test.each<[string, unknown]>([
    ['a Response', new Response('', { status: 202, headers: plain })],
    ["axios' response", { status: 202, headers: new AxiosHeaders(plain), data: {}, config: {} }],
    ["got's and undici's response", { statusCode: 202, headers: plain, body: {} }],
  ])('reads %s', (_what, value) => {
    expect(succeeded(value)).toMatchObject({ status: 202, retryAfter: 2000, response: value });
  });

  test('reads the output of AWS SDK v3', () => {
    expect(succeeded({ $metadata: { httpStatusCode: 200 }, QueueUrls: [] }).status).toBe(200);
  });

  test.each([undefined, null, 5, 'text', {}, { data: 1 }, { status: 'done' }, { retryAfter: 5, headers: plain }])(
    'finds nothing in %j',
    (value) => {
      const response = typeof value === 'object' && value !== null ? value : undefined;
      expect({ ...succeeded(value) }).toEqual({ status: undefined, headers: undefined, response });
      expect(succeeded(value).retryAfter).toBeUndefined();
    },
  );

  test('of an attempt that has not ended finds nothing', () => {
    expect(readAnswer(undefined).status).toBeUndefined();
  });
});

describe('The time of an error', () => {
  test.each([
    ['is its retryAfter in milliseconds', { retryAfter: 1500 }, 1500],
    ['is 0 where it says so', { retryAfter: 0 }, 0],
    ['is that of its headers, which have a unit', { retryAfter: 5, status: 429, headers: plain }, 2000],
    ['is not negative', { retryAfter: -1 }, undefined],
    ['is not NaN', { retryAfter: NaN }, undefined],
    ['is not a text', { retryAfter: '5' }, undefined],
  ])('%s', (_what, error, expected) => {
    expect(failed(error).retryAfter).toBe(expected);
  });

  test('is parsed when it is asked for, and once', () => {
    let reads = 0;
    const headers = { get: (name: string) => ((reads += 1), name === 'retry-after' ? '3' : undefined) };
    const answer = failed({ status: 429, headers });
    expect(reads).toBe(0);
    expect([answer.retryAfter, answer.retryAfter]).toEqual([3000, 3000]);
    expect(reads).toBe(3);
  });
});

describe('countsAsRateLimit', () => {
  const nothingLeft = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' };
  test.each<[number, Record<string, string>, boolean]>([
    [429, {}, true],
    [403, { 'retry-after': '1' }, true],
    [413, { 'retry-after-ms': '1' }, true],
    [403, { 'x-ms-retry-after-ms': '1' }, true],
    [403, nothingLeft, true],
    [413, nothingLeft, true],
    [403, { ratelimit: '"hour";r=0;t=30' }, true],
    [403, {}, false],
    [413, {}, false],
    [403, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '60' }, false],
    [403, { 'x-ratelimit-remaining': '0' }, false],
    [401, { 'retry-after': '1' }, false],
    [503, { 'retry-after': '1' }, false],
  ])('of a %i with %j is %j', (status, headers, expected) => {
    expect(countsAsRateLimit(failed({ status, headers }))).toBe(expected);
  });
});

describe('shouldRetryHeader', () => {
  test.each([
    ['true', true],
    [' True ', true],
    ['false', false],
    ['FALSE', false],
    ['maybe', undefined],
    ['', undefined],
  ])('reads %j', (value, expected) => {
    expect(shouldRetryHeader({ status: 400, headers: { 'X-Should-Retry': value } })).toBe(expected);
  });

  test('counts from 400 on', () => {
    const headers = { 'x-should-retry': 'true' };
    expect([200, 399, undefined].map((status) => shouldRetryHeader({ status, headers }))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(shouldRetryHeader({ status: 400, headers: undefined })).toBeUndefined();
    expect(shouldRetryHeader({ status: 400, headers: null })).toBeUndefined();
  });
});

test('readAnswer never throws, and its time is never NaN', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), fc.boolean(), (thing, isError) => {
      const { retryAfter } = isError ? failed(thing) : succeeded(thing);
      expect(retryAfter === undefined || retryAfter >= 0).toBe(true);
    }),
    { numRuns: process.env['TENAX_LONG'] ? 20_000 : 100 },
  );
});
