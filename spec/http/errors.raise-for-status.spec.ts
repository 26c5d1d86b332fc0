import axios from 'axios';
import { stop, wait, type RetryCallState } from 'tenax';
import { ClientError, HttpError, raiseForStatus, RateLimitError, retryingFetch, ServerError } from 'tenax/http';
import { FlakyServer } from 'tenax/testing';

/** What raiseForStatus throws for an answer. */
function raised(response: Parameters<typeof raiseForStatus>[0]): HttpError {
  try {
    raiseForStatus(response);
  } catch (error) {
    return error as HttpError;
  }
  throw new Error(`${response.status} was let pass`);
}

describe('raiseForStatus', () => {
  test.each([200, 204, 301, 399])('answers the very response with %i', (status) => {
    const response = { status };
    expect(raiseForStatus(response)).toBe(response);
  });

  test.each([
    [400, ClientError],
    [404, ClientError],
    [429, RateLimitError],
    [500, ServerError],
    [503, ServerError],
  ])('throws the typed error with %i', (status, type) => {
    expect(raised({ status })).toBeInstanceOf(type);
  });

  test('knows of a bare answer its status alone', () => {
    const response = { status: 404 };
    const error = raised(response);
    expect(error.message).toBe('GET  answered 404 Not Found');
    expect(error).toMatchObject({ method: 'GET', url: '', attempts: 1, retryAfter: undefined, code: 'TENAX_HTTP' });
    expect(error.response).toBe(response);
    expect(error.isAxiosError).toBe(false);
  });

  test.each([
    [{ url: 'http://u:pw@api.test/a?key=s3cret' }, 'GET http://api.test/a answered 404 Not Found'],
    [{ config: {} }, 'GET  answered 404 Not Found'],
    [{ config: { method: 'patch', url: '/a' } }, 'PATCH /a answered 404 Not Found'],
    [{ config: { url: '/a', baseURL: 'http://api.test/v1' }, url: '/b' }, 'GET http://api.test/v1/a answered 404 Not Found'],
    [{ config: { baseURL: 'http://api.test/v1' } }, 'GET http://api.test/v1 answered 404 Not Found'],
    [{ config: {}, url: '/b' }, 'GET /b answered 404 Not Found'],
  ])('names of %j what is known of the request', (known, message) => {
    const response = { status: 404, ...known };
    expect(raised(response).message).toBe(message);
    expect(raised(response).message).toBe(message);
  }); // prettier-ignore
});

describe('raiseForStatus of an answer that a server gave', () => {
  let server: FlakyServer;
  const serve = async (status: number): Promise<string> => {
    server = await FlakyServer.start({
      script: [{ status, headers: { 'Retry-After': '7', 'X-Own': 'a' }, body: 'why' }],
    });
    return `${server.url}/items?key=s3cret`;
  };
  afterEach(() => server.close());

  test('to fetch: the body is readable, the address without its query', async () => {
    const error = raised(await fetch(await serve(503)));
    expect(error).toMatchObject({ url: `${server.url}/items`, method: 'GET', retryAfter: 7000, code: 'TENAX_HTTP' });
    expect(error.message).toBe(`GET ${server.url}/items answered 503 Service Unavailable`);
    expect((error.headers as Headers).get('x-own')).toBe('a');
    expect(await (error.response as Response).text()).toBe('why');
  });

  test.each([
    [404, 'ERR_BAD_REQUEST'],
    [499, 'ERR_BAD_REQUEST'],
    [500, 'ERR_BAD_RESPONSE'],
    [503, 'ERR_BAD_RESPONSE'],
  ])("to axios, with %i: the error has axios' own code %s, its config and its request", async (status, code) => {
    const api = axios.create({ baseURL: new URL(await serve(status)).origin, validateStatus: () => true });
    const response = await api.post('/items?key=s3cret');
    const error = raised(response);
    expect(error).toMatchObject({ url: `${server.url}/items`, method: 'POST', retryAfter: 7000, code });
    expect(axios.isAxiosError(error)).toBe(true);
    expect(error.config).toBe(response.config);
    expect(error.request).toBe(response.request);
    expect(error.response).toBe(response);
  });
});

test('The error of an answer without an address, such as a new Response(), names that of the request', async () => {
  const answer = async (): Promise<Response> => new Response('', { status: 404 });
  const errors: HttpError[] = [];
  const onGiveUp = ({ outcome }: RetryCallState) => void errors.push((outcome as { error: HttpError }).error);
  await retryingFetch({ onGiveUp }, answer)('http://ada:s3cret@api.test/items?key=s3cret');
  expect(errors.map(({ message }) => message)).toEqual(['GET http://api.test/items answered 404 Not Found']);
});

test.each([
  ['', {}],
  [', with idleTimeout too', { idleTimeout: 1000 }],
  [', with a signal too', { signal: new AbortController().signal, attemptTimeout: 1000 }],
])(
  'raiseForStatus names the method and the attempts of an answer that retryingFetch returned%s',
  async (_with, more) => {
    const answer = async (): Promise<Response> => new Response('why', { status: 503 });
    const fetch = retryingFetch({ methods: ['POST'], wait: wait.none(), stop: stop.afterAttempt(3), ...more }, answer);
    const response = await fetch('http://api.test/items', { method: 'POST' });
    expect(() => raiseForStatus(response)).toThrow(
      expect.objectContaining({ method: 'POST', url: 'http://api.test/items', attempts: 3 }),
    );
  },
);

test.each([
  [Promise.resolve(new Response('')), 'an instance of Promise'],
  [undefined, 'undefined'],
  [{}, 'an object'],
  [200, '200'],
])('raiseForStatus refuses what is no response: %p', (value, shown) => {
  expect(() => raiseForStatus(value as never)).toThrow(
    new TypeError(`raiseForStatus takes a response, an object with a status, got ${shown}`),
  );
});
