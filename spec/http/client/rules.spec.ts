import { isRepeatable, wasNeverSent } from '../../../lib/http/client/rules';

describe('A request that the server may have acted on', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY', 'get', 'Put'])(
    'may be repeated with %s',
    (method) => {
      expect(isRepeatable(method, {}, undefined)).toBe(true);
    },
  );

  test.each(['POST', 'PATCH', 'CONNECT', ''])('may not be repeated with %j', (method) => {
    expect(isRepeatable(method, {}, undefined)).toBe(false);
  });

  test('may be repeated with the methods that are named instead, in any case', () => {
    expect(isRepeatable('POST', {}, ['post'])).toBe(true);
    expect(isRepeatable('post', {}, ['PUT', 'POST'])).toBe(true);
    expect(isRepeatable('GET', {}, ['POST'])).toBe(false);
    expect(isRepeatable('GET', {}, [])).toBe(false);
  });

  test.each(['', ' '])('may not be repeated with an empty Idempotency-Key (%j)', (key) => {
    expect(isRepeatable('POST', { 'Idempotency-Key': key }, undefined)).toBe(false);
  });

  test.each([
    ['Headers', new Headers({ 'Idempotency-Key': 'k' })],
    ['an object', { 'Idempotency-Key': 'k' }],
  ])('may be repeated with an Idempotency-Key in %s', (_what, headers) => {
    expect(isRepeatable('POST', headers, undefined)).toBe(true);
    expect(isRepeatable('POST', headers, ['GET'])).toBe(true);
  });
});

const withCode = (code: unknown, more: object = {}): Error => Object.assign(new Error('x'), { code }, more);

/** An error at the end of a chain of causes. */
const below = (depth: number, error: unknown): unknown =>
  depth === 0 ? error : new Error('outer', { cause: below(depth - 1, error) });

describe('A request was certainly never sent', () => {
  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'])('with the code %s, in causes too', (code) => {
    expect(wasNeverSent(withCode(code))).toBe(true);
    expect(wasNeverSent({ code })).toBe(true);
    expect(wasNeverSent(below(1, withCode(code)))).toBe(true);
  });

  test.each(['cause', 'original', 'detail', 'exception'])('with such a code where a client keeps it, in %s', (key) => {
    expect(wasNeverSent(Object.assign(new Error('outer'), { [key]: withCode('ECONNREFUSED') }))).toBe(true);
  });

  test('with such a code up to five causes deep; no search is endless', () => {
    expect(wasNeverSent(below(5, withCode('ENOTFOUND')))).toBe(true);
    expect(wasNeverSent(below(6, withCode('ENOTFOUND')))).toBe(false);
    const circle: { cause?: unknown; errors?: unknown[] } = {};
    circle.cause = circle;
    expect(wasNeverSent(circle)).toBe(false);
    delete circle.cause;
    circle.errors = [circle];
    expect(wasNeverSent(circle)).toBe(false);
  });

  test('when none of the addresses that were tried took it', () => {
    const [refused, reset] = [withCode('ECONNREFUSED'), withCode('ECONNRESET')];
    expect(wasNeverSent(new AggregateError([refused, refused]))).toBe(true);
    expect(wasNeverSent(below(1, new AggregateError([refused, withCode('ENOTFOUND')])))).toBe(true);
    expect(wasNeverSent(new AggregateError([refused, reset]))).toBe(false);
    expect(wasNeverSent(new AggregateError([reset, refused]))).toBe(false);
    expect(wasNeverSent(new AggregateError([]))).toBe(false);
    expect(wasNeverSent(Object.assign(new AggregateError([reset]), { cause: refused }))).toBe(true);
    expect(wasNeverSent({ errors: 'ECONNREFUSED' })).toBe(false);
  });

  test('within aggregates up to five deep', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? withCode('ENOTFOUND') : new AggregateError([nested(depth - 1)]);
    expect(wasNeverSent(nested(5))).toBe(true);
    expect(wasNeverSent(nested(6))).toBe(false);
  });

  test.each([
    ['ECONNRESET', withCode('ECONNRESET')],
    ['ETIMEDOUT', withCode('ETIMEDOUT')],
    ['no code', new Error('ENOTFOUND')],
    ['a code that is no text', withCode(['ENOTFOUND'])],
    ['a text', 'ENOTFOUND'],
    ['null', null],
    ['nothing', undefined],
  ])('but not with %s', (_what, error) => {
    expect(wasNeverSent(error)).toBe(false);
  });
});

describe('A request was certainly never sent, too,', () => {
  test.each<[string, unknown]>([
    ['where Bun was refused', withCode('ConnectionRefused')],
    ['where Deno was refused', new TypeError('fetch failed', { cause: new Error('error sending request for url (http://h/): client error (Connect): tcp connect error: Connection refused (os error 111)') })],
    ['where Deno found no address', new TypeError('fetch failed', { cause: new Error('error sending request for url (http://h/): client error (Connect): dns error: failed to lookup address information') })],
    ['where HTTP/2 refused the stream', Object.assign(new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), { code: 'ERR_HTTP2_STREAM_ERROR' })],
    ['where Stripe was refused', Object.assign(new Error('x'), { detail: withCode('ECONNREFUSED') })],
    ['where Slack was refused', Object.assign(new Error('x'), { original: withCode('ECONNREFUSED') })],
    ['where a limiter refused it', withCode('TENAX_LIMITER_FULL')],
    ['where a breaker refused it', withCode('TENAX_CIRCUIT_OPEN')],
  ])('%s', (_what, error) => {
    expect(wasNeverSent(error)).toBe(true);
  }); // prettier-ignore

  test('but not after a redirect', () => {
    expect(wasNeverSent(withCode('ECONNREFUSED'), { redirected: true })).toBe(false);
    expect(wasNeverSent(withCode('ECONNREFUSED', { request: { _redirectCount: 1 } }))).toBe(false);
    expect(wasNeverSent(withCode('ECONNREFUSED', { request: { redirectUrls: ['http://h/'] } }))).toBe(false);
    expect(wasNeverSent(withCode('ECONNREFUSED', { request: { _redirectCount: 0, redirectUrls: [] } }))).toBe(true);
  });

  test('was never sent if a limiter refused it', () => {
    expect(wasNeverSent(withCode('TENAX_LIMITER_TIMEOUT'), { redirected: true })).toBe(true);
  });

  test('may have been sent if another HTTP/2 stream failed', () => {
    const error = Object.assign(new Error('Stream closed with error code NGHTTP2_CANCEL'), {
      code: 'ERR_HTTP2_STREAM_ERROR',
    });
    expect(wasNeverSent(error)).toBe(false);
  });
});
