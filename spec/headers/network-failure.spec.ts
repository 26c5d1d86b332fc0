import vm from 'node:vm';
import { AxiosError } from 'axios';
import { AttemptTimeoutError, CircuitOpenError, LimiterFullError } from 'tenax';
import { networkFailure } from '../../lib/headers/network-failure';
import { httpError, NetworkError } from '../../lib/http/errors';

const coded = (code: string, message = 'x', more: object = {}): Error =>
  Object.assign(new Error(message), { code }, more);
const failedFetch = (cause: unknown): TypeError => new TypeError('fetch failed', { cause });
const dom = (name: string): Error => Object.assign(new Error('x'), { name, code: 23 });

describe('A network failure that another try can help', () => {
  test.each<[string, unknown, string | undefined]>([
    ['the http module', coded('ECONNRESET', 'socket hang up'), 'ECONNRESET'],
    ['axios over http', new AxiosError('connect', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['axios over fetch', Object.assign(new AxiosError('Network Error', 'ERR_NETWORK'), { cause: coded('UND_ERR_SOCKET') }), 'UND_ERR_SOCKET'],
    ['axios in a browser', new AxiosError('Network Error', 'ERR_NETWORK'), 'ERR_NETWORK'],
    ['a timeout of axios', new AxiosError('timeout of 5ms exceeded', 'ECONNABORTED'), 'ECONNABORTED'],
    ['a body of axios that broke off', new AxiosError('stream has been aborted', 'ERR_BAD_RESPONSE', undefined, {}, { status: 200 } as never), 'ERR_BAD_RESPONSE'],
    ['axios 1.0 for a body that broke off', new AxiosError('maxContentLength size of -1 exceeded', 'ERR_BAD_RESPONSE'), 'ERR_BAD_RESPONSE'],
    ['Node\'s fetch', failedFetch(coded('UND_ERR_CONNECT_TIMEOUT')), 'UND_ERR_CONNECT_TIMEOUT'],
    ['happy eyeballs', failedFetch(Object.assign(new AggregateError([coded('ETIMEDOUT'), coded('ECONNREFUSED')]), { code: 'ETIMEDOUT' })), 'ETIMEDOUT'],
    ['happy eyeballs, where the errors alone have codes', failedFetch(new AggregateError([coded('ECONNREFUSED')])), 'ECONNREFUSED'],
    ['a body of Node\'s fetch that broke off', new TypeError('terminated', { cause: coded('UND_ERR_SOCKET', 'other side closed') }), 'UND_ERR_SOCKET'],
    ['a response that is shorter than it said', failedFetch(coded('UND_ERR_RES_CONTENT_LENGTH_MISMATCH')), 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
    ['Chrome', new TypeError('Failed to fetch'), undefined],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.'), undefined],
    ['Safari', new TypeError('Load failed'), undefined],
    ['React Native', new TypeError('Network request failed'), undefined],
    ['Workers', new Error('Network connection lost.'), undefined],
    ['Bun', Object.assign(new TypeError('Unable to connect. Is the computer able to access the url?'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['Bun before 1.3', coded('ConnectionRefused'), 'ECONNREFUSED'],
    ['Bun, of a connection that closed', coded('ConnectionClosed'), 'ECONNRESET'],
    ['Deno', failedFetch(new Error('error sending request for url (http://127.0.0.1:3/): client error (Connect): tcp connect error: Connection refused (os error 111)')), undefined],
    ['Deno, of a body that broke off', new TypeError('error reading a body from connection'), undefined],
    ['node-fetch', coded('ECONNRESET', 'request to http://127.0.0.1:3/ failed, reason: socket hang up', { name: 'FetchError', type: 'system' }), 'ECONNRESET'],
    ['node-fetch, of a body that broke off', coded('ERR_STREAM_PREMATURE_CLOSE', 'Premature close'), 'ERR_STREAM_PREMATURE_CLOSE'],
    ['AbortSignal.timeout', dom('TimeoutError'), undefined],
    ['ky', Object.assign(new Error('Request timed out: GET http://127.0.0.1/'), { name: 'TimeoutError' }), undefined],
    ['got', coded('ETIMEDOUT', 'x', { name: 'TimeoutError' }), 'ETIMEDOUT'],
    ['openai', Object.assign(new Error('Connection error.'), { cause: failedFetch(coded('ECONNREFUSED')) }), 'ECONNREFUSED'],
    ['openai, of a timeout', new Error('Request timed out.'), undefined],
    ['@octokit, which says 500', Object.assign(new Error('x'), { name: 'HttpError', status: 500, request: {}, cause: failedFetch(coded('ECONNRESET')) }), 'ECONNRESET'],
    ['stripe', Object.assign(new Error('x'), { type: 'StripeConnectionError', detail: coded('ECONNRESET') }), 'ECONNRESET'],
    ['@slack/web-api', coded('slack_webapi_request_error', 'x', { original: failedFetch(coded('EAI_AGAIN')) }), 'EAI_AGAIN'],
    ['AWS', coded('ECONNRESET', 'socket hang up', { name: 'TimeoutError', $metadata: { attempts: 1 } }), 'ECONNRESET'],
    ['HTTP/2 that refused the stream', coded('ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_REFUSED_STREAM'), 'ERR_HTTP2_STREAM_ERROR'],
    ['a socket with a code that files have too', coded('ENOENT', 'connect ENOENT /x.sock', { syscall: 'connect' }), 'ENOENT'],
    ['another realm', vm.runInNewContext('new TypeError("fetch failed")'), undefined],
    ['an attempt that took too long', new AttemptTimeoutError('f', 1, 'attemptTimeout', 5), 'TENAX_ATTEMPT_TIMEOUT'],
    ['tenax', new NetworkError({ method: 'GET', url: '/' }, 'ECONNRESET'), 'TENAX_HTTP'],
    ['a class made of it', new (class Mine extends NetworkError {})({ method: 'GET', url: '/' }, 'x'), 'TENAX_HTTP'],
  ])('is that of %s', (_what, error, code) => {
    expect(networkFailure(error)).toMatchObject({ retryable: true, code });
    expect(networkFailure(error)?.reason).not.toBe('');
  }); // prettier-ignore
});

describe('A network failure that ends the same way another time', () => {
  test.each<[string, unknown]>([
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HOSTNAME_MISMATCH',
      'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'INVALID_PURPOSE', 'UNABLE_TO_GET_CRL', 'HPE_INVALID_CONSTANT',
      'HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_PRX_TLS', 'ERR_HTTP2_ERROR'].map((code): [string, unknown] => [code, failedFetch(coded(code))]),
    ['axios, of a certificate', new AxiosError('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['axios over fetch, of a certificate', Object.assign(new AxiosError('Network Error', 'ERR_NETWORK'), { cause: coded('CERT_HAS_EXPIRED') })],
    ['a certificate, whatever the text says', coded('CERT_HAS_EXPIRED', 'Request timed out.')],
    ['HTTP/2, of a protocol error', coded('ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_PROTOCOL_ERROR')],
    ['Deno, of a certificate', failedFetch(new Error('error sending request for url (https://h/): client error (Connect): invalid peer certificate: UnknownIssuer'))],
    ['Deno, of an answer that is not HTTP', failedFetch(new Error('error sending request from 1 for http://h/ (h): client error (SendRequest): invalid HTTP version parsed'))],
    ['a NetworkError that says so', new NetworkError({ method: 'GET', url: '/', retryable: false }, 'x')],
    ['a NetworkError of a certificate', new NetworkError({ method: 'GET', url: '/', cause: coded('CERT_HAS_EXPIRED') }, 'x')],
  ])('is that of %s', (_what, error) => {
    expect(networkFailure(error)).toMatchObject({ retryable: false });
  }); // prettier-ignore

  test('is not a handshake that takes too long', () => {
    expect(networkFailure(coded('ERR_TLS_HANDSHAKE_TIMEOUT'))).toMatchObject({ retryable: true });
  });
});

describe('No network failure', () => {
  test.each<[string, unknown]>([
    ['an abort', dom('AbortError')],
    ['an abort of axios', Object.assign(new AxiosError('canceled', 'ERR_CANCELED'), { name: 'CanceledError' })],
    ['an abort behind an error of the network', failedFetch(dom('AbortError'))],
    ['an argument that undici refuses', failedFetch(coded('UND_ERR_INVALID_ARG'))],
    ['a header that undici does not support', failedFetch(coded('UND_ERR_NOT_SUPPORTED'))],
    ['a body that is shorter than it says', failedFetch(coded('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'))],
    ['an unknown scheme', failedFetch(new Error('unknown scheme'))],
    ['a redirect to an unknown scheme', failedFetch(new Error('URL scheme must be a HTTP(S) scheme'))],
    ['a file', failedFetch(new Error('not implemented... yet...'))],
    ['an about page', failedFetch(new Error('about scheme is not supported'))],
    ['a data URL that is not one', failedFetch(new Error('failed to fetch the data URL'))],
    ['a port that is blocked', failedFetch(new Error('bad port'))],
    ['redirects without end', failedFetch(new Error('redirect count exceeded'))],
    ['redirects without end, of axios', new AxiosError('Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS')],
    ['redirects without end, of got', coded('ERR_TOO_MANY_REDIRECTS')],
    ['redirects without end, of Bun', coded('TooManyRedirects')],
    ['a redirect that was not allowed', failedFetch(new Error('unexpected redirect'))],
    ['an address that is not one', new TypeError('Failed to parse URL from x', { cause: coded('ERR_INVALID_URL') })],
    ['a protocol that is not supported', new AxiosError('Unsupported protocol ftp:', 'ERR_BAD_REQUEST')],
    ['an answer that is too long', new AxiosError('maxContentLength size of 5 exceeded', 'ERR_BAD_RESPONSE')],
    ['a body that is too long', new AxiosError('Request body larger than maxBodyLength limit', 'ERR_BAD_REQUEST')],
    ['an answer', Object.assign(new Error('x'), { response: { status: 503 }, code: 'ERR_BAD_RESPONSE' })],
    ['an answer with a network error behind it', httpError({ status: 401, method: 'GET', url: '/', headers: {}, response: {}, cause: coded('ECONNRESET') })],
    ['a missing file', coded('ENOENT', 'open', { syscall: 'open' })],
    ['a directory', coded('EISDIR', 'read', { syscall: 'read' })],
    ['a fault of the program', new TypeError("Cannot read properties of undefined (reading 'x')")],
    ['an error that talks of the network', new Error('fetch failed')],
    ['a full limiter', Object.assign(Object.create(LimiterFullError.prototype) as object, { code: 'TENAX_LIMITER_FULL', cause: coded('ECONNREFUSED') })],
    ['an open breaker', Object.assign(Object.create(CircuitOpenError.prototype) as object, { code: 'TENAX_CIRCUIT_OPEN', cause: coded('ECONNREFUSED') })],
    ['a code like a property of every object', coded('constructor')],
    ['a text', 'ECONNRESET'],
    ['null', null],
    ['undefined', undefined],
  ])('is %s', (_what, error) => {
    expect(networkFailure(error)).toBeUndefined();
  }); // prettier-ignore
});

test('The reason of a failure shows no address', () => {
  const error = new TypeError('error reading a body from http://u:p@host/?key=s3cret');
  expect(networkFailure(error)?.reason).toBe('error reading a body');
});

test('A failure without a message and without a code is told by its name', () => {
  const error = new DOMException('', 'NetworkError');
  expect(networkFailure(error)).toMatchObject({ retryable: true, reason: 'NetworkError' });
});

test('An error that is its own cause is no failure of the network', () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  expect(networkFailure(error)).toBeUndefined();
});
