import { inspect } from 'node:util';
import { isAxiosError } from 'axios';
import { ClientError, HttpError, NetworkError, RateLimitError, ServerError } from 'tenax/http';
import { readAnswer } from '../../lib/headers/answer';
import { httpError, type HttpFailure } from '../../lib/http/errors';

const failure: HttpFailure = {
  status: 503,
  method: 'GET',
  url: 'https://api.test/items',
  headers: { 'set-cookie': 's3cret' },
  response: { body: 's3cret' },
};
const axios = { config: { auth: 's3cret' }, request: { path: 's3cret' }, code: 'ERR_BAD_RESPONSE' };

describe('An answer of 400 and above', () => {
  test.each([
    [400, ClientError, ' Bad Request'],
    [401, ClientError, ' Unauthorized'],
    [403, ClientError, ' Forbidden'],
    [404, ClientError, ' Not Found'],
    [408, ClientError, ' Request Timeout'],
    [409, ClientError, ' Conflict'],
    [410, ClientError, ' Gone'],
    [413, ClientError, ' Content Too Large'],
    [418, ClientError, ''],
    [422, ClientError, ' Unprocessable Content'],
    [428, ClientError, ''],
    [429, RateLimitError, ' Too Many Requests'],
    [430, ClientError, ''],
    [499, ClientError, ''],
    [500, ServerError, ' Internal Server Error'],
    [501, ServerError, ''],
    [502, ServerError, ' Bad Gateway'],
    [503, ServerError, ' Service Unavailable'],
    [504, ServerError, ' Gateway Timeout'],
    [599, ServerError, ''],
  ])('of %i is a typed error that says so', (status, type, meaning) => {
    const error = httpError({ ...failure, status });
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(HttpError);
    expect(error.name).toBe(type.name);
    expect(error.message).toBe(`GET https://api.test/items answered ${status}${meaning}`);
    expect(error.status).toBe(status);
    for (const other of [ClientError, RateLimitError, ServerError, NetworkError]) {
      expect(error instanceof other).toBe(other === type);
    }
  });

  test('knows the request, the answer and how long the server asked to wait', () => {
    const cause = new Error('why');
    const error = httpError({ ...failure, method: 'PUT', retryAfter: 5, attempts: 3, cause });
    expect(error).toMatchObject({ method: 'PUT', url: failure.url, attempts: 3, retryAfter: 5, code: 'TENAX_HTTP' });
    expect(error.headers).toBe(failure.headers);
    expect(error.response).toBe(failure.response);
    expect(error.cause).toBe(cause);
  });

  test('with a time that the caller passed is read with that time', () => {
    const error = httpError({ ...failure, status: 403, retryAfter: 5 });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(readAnswer({ failed: true, error }).retryAfter).toBe(5);
  });

  test('with a status that HTTP does not have is read as an answer without a status', () => {
    const statusOf = (status: number): unknown =>
      readAnswer({ failed: true, error: httpError({ ...failure, status }) }).status;
    expect([599, 600, 999].map(statusOf)).toEqual([599, undefined, undefined]);
  });

  test('has its headers read once, however often a policy asks', () => {
    const headers = { get: jest.fn(() => null) };
    const error = httpError({ ...failure, status: 403, headers });
    const asked = headers.get.mock.calls.length;
    expect(asked).toBeGreaterThan(0);
    expect(readAnswer({ failed: true, error }).retryAfter).toBeUndefined();
    expect(readAnswer({ failed: true, error }).retryAfter).toBeUndefined();
    expect(headers.get).toHaveBeenCalledTimes(asked);
  });

  test('says after the message why there was no further attempt', () => {
    expect(httpError({ ...failure, note: 'why not' }).message).toBe(
      'GET https://api.test/items answered 503 Service Unavailable; why not',
    );
  });

  test('counts one attempt by default, without a wait and a cause', () => {
    expect(httpError(failure)).toMatchObject({ attempts: 1, retryAfter: undefined, cause: undefined });
  });
});

describe('No answer at all', () => {
  test('is a NetworkError, which is no HttpError', () => {
    const cause = new TypeError('fetch failed');
    const error = new NetworkError({ method: 'GET', url: 'https://api.test/', attempts: 2, cause }, 'ECONNRESET');
    expect(error).not.toBeInstanceOf(HttpError);
    expect(error.name).toBe('NetworkError');
    expect(error.message).toBe('GET https://api.test/ got no answer: ECONNRESET');
    expect(error).toMatchObject({ attempts: 2, code: 'TENAX_HTTP', isAxiosError: false });
    expect(error.cause).toBe(cause);
    expect('status' in error).toBe(false);
  });

  test('says what happened, if it was told', () => {
    const error = new NetworkError({ method: 'GET', url: '/', what: 'broke off' }, 'ECONNRESET');
    expect(error.message).toBe('GET / broke off: ECONNRESET');
  });

  test('has the code that it was given', () => {
    expect(new NetworkError({ method: 'GET', url: '/', code: 'ECONNRESET' }, 'reset').code).toBe('ECONNRESET');
  });

  test('says after the message why there was no further attempt', () => {
    const error = new NetworkError(
      { method: 'PUT', url: '/', note: 'not retried: its body is a stream' },
      'ECONNRESET',
    );
    expect(error.message).toBe('PUT / got no answer: ECONNRESET; not retried: its body is a stream');
  });
});

describe('An error of a request that was made with axios', () => {
  test('is an error of axios to existing handlers', () => {
    const error = httpError({ ...failure, code: 'OTHER', axios });
    expect(isAxiosError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE', isAxiosError: true });
    expect(error.config).toBe(axios.config);
    expect(error.request).toBe(axios.request);
    expect(httpError({ ...failure, code: 'OTHER', axios: { ...axios, code: undefined } }).code).toBe('OTHER');
  });

  test('of a request that was made otherwise is none, and has nothing of it', () => {
    const error = httpError(failure);
    expect(isAxiosError(error)).toBe(false);
    expect(Object.hasOwn(error, 'config') || Object.hasOwn(error, 'request')).toBe(false);
  });
});

describe('What holds secrets', () => {
  const error = (): HttpError => httpError({ ...failure, retryAfter: 5, cause: new Error('s3cret'), axios });

  test('can be read and replaced, but is not among the properties that a logger copies', () => {
    const made = error();
    expect(Object.keys(made).sort()).toEqual(
      ['attempts', 'code', 'isAxiosError', 'method', 'retryAfter', 'status', 'url'], // prettier-ignore
    );
    for (const key of ['cause', 'config', 'request', 'headers', 'response']) {
      expect(Object.getOwnPropertyDescriptor(made, key)).toMatchObject({
        enumerable: false,
        writable: true,
        configurable: true,
      });
    }
  });

  test('is not in its JSON, which holds the safe fields', () => {
    expect(JSON.parse(JSON.stringify(error()))).toEqual({
      name: 'ServerError',
      message: 'GET https://api.test/items answered 503 Service Unavailable',
      attempts: 1,
      code: 'ERR_BAD_RESPONSE',
      isAxiosError: true,
      method: 'GET',
      retryAfter: 5,
      status: 503,
      url: 'https://api.test/items',
    });
  });

  test('is not printed, however deep; the stack and the safe fields are', () => {
    const made = error();
    for (const printed of [
      inspect(made),
      inspect(made, { depth: 9, showHidden: false }),
      inspect({ made }, { depth: 9 }),
    ]) {
      expect(printed).not.toContain('s3cret');
      expect(printed).toContain('ServerError: GET https://api.test/items answered 503 Service Unavailable');
      expect(printed).toContain('errors.spec.ts');
      expect(printed).toMatch(/status: 503[^]*retryAfter: 5/);
    }
  });

  test('is not printed for an error that has lost its stack either', () => {
    const made = error();
    Object.defineProperty(made, 'stack', { value: undefined });
    expect(inspect(made)).toMatch(/^GET https:\/\/api\.test\/items answered 503 Service Unavailable \{/);
    expect(inspect(made)).not.toContain('s3cret');
  });

  test('is printed with the colours that are asked for', () => {
    expect(inspect(error(), { colors: true })).toContain('[33m503');
  });
});

describe('An answer that says "too many" with another status', () => {
  const nothingLeft = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' };

  test.each<[number, Record<string, string>, number]>([
    [403, { 'retry-after': '1' }, 1000],
    [403, nothingLeft, 2000],
    [413, { 'retry-after-ms': '5' }, 5],
    [413, nothingLeft, 2000],
    [429, nothingLeft, 2000],
    [429, { ...nothingLeft, 'retry-after': '1' }, 1000],
  ])('(%i with %j) is a RateLimitError with the time of the server', (status, headers, retryAfter) => {
    const error = httpError({ ...failure, status, headers });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).not.toBeInstanceOf(ClientError);
    expect(error.retryAfter).toBe(retryAfter);
  });

  test.each<[number, object]>([
    [403, {}],
    [413, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '2' }],
    [401, { 'retry-after': '1' }],
    [404, nothingLeft],
  ])('is not a %i with %j', (status, headers) => {
    expect(httpError({ ...failure, status, headers })).toBeInstanceOf(ClientError);
  });
});

test.each([undefined, true, false])('A NetworkError has no status, and keeps retryable: %j to itself', (retryable) => {
  const error = new NetworkError({ method: 'GET', url: '/', ...(retryable === undefined ? {} : { retryable }) }, 'x');
  expect('status' in error).toBe(false);
  expect(error.isRetryable).toBe(retryable ?? true);
  expect(Object.keys(error)).not.toContain('isRetryable');
});
