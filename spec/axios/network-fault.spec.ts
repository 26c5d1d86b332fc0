import axios, { AxiosError } from 'axios';
import { stop, wait } from 'tenax';
import { NetworkError, RetryingAxios } from 'tenax/axios';
import { networkFault, plainReason } from '../../lib/axios/network-fault.js';
import { thrown } from '../thrown.js';
import { failing, scripted } from './scripted-adapter.js';

/** An error of axios with this code, and a cause if one is given. */
const ofAxios = (message: string, code?: string, cause?: unknown): AxiosError =>
  Object.assign(new AxiosError(message, code), cause === undefined ? {} : { cause });

/** An error of axios that came with an answer. */
const answered = (status: number, code = 'ERR_BAD_RESPONSE'): AxiosError =>
  Object.assign(ofAxios('failed', code), { response: { status } as never });

/** An error of somebody else's. */
const plain = (fields: object, message = 'failed'): Error => Object.assign(new Error(message), fields);

/** An error with so many causes behind it, the last of which is `last`. */
const behind = (depth: number, last: unknown): unknown =>
  depth === 0 ? last : { message: 'see the cause', cause: behind(depth - 1, last) };

describe('another time might go better after', () => {
  test.each<[string, unknown]>([
    ['a connection that broke', ofAxios('socket hang up', 'ECONNRESET')],
    ['a timeout', ofAxios('timeout of 50ms exceeded', 'ECONNABORTED')],
    ['a body that broke off', ofAxios('stream has been aborted', 'ERR_BAD_RESPONSE')],
    [
      'what axios 1.0 says of a body that broke off',
      ofAxios('maxContentLength size of -1 exceeded', 'ERR_BAD_RESPONSE'),
    ],
    ['no connection', ofAxios('Network Error', 'ERR_NETWORK')],
    ['a network error without a code', ofAxios('Network Error')],
    ['a timeout without a code', ofAxios('Timeout exceeded')],
    ['an error whose cause has a code of the system', ofAxios('fetch failed', undefined, { code: 'ENOTFOUND' })],
    ['an error whose cause has a code of undici', ofAxios('fetch failed', undefined, { code: 'UND_ERR_SOCKET' })],
    [
      'an error with a code of the system deep in its causes',
      ofAxios('failed', undefined, behind(3, { code: 'EPIPE' })),
    ],
    ['an error whose cause alone tells', plain({ cause: { code: 'ECONNRESET' } })],
    ["a system's error that axios did not wrap", plain({ code: 'ECONNRESET' })],
  ])('%s', (_what, error) => {
    expect(networkFault(error)).toMatchObject({ retryable: true });
  });
});

describe('another time would end the same way after', () => {
  test.each<[string, unknown]>([
    ['a request that was cancelled', ofAxios('canceled', 'ERR_CANCELED')],
    ['an error named CanceledError', plain({ name: 'CanceledError', code: 'ECONNRESET' })],
    ['an error named AbortError', plain({ name: 'AbortError', code: 'ECONNRESET' })],
    ['an abort among the causes', ofAxios('fetch failed', 'ERR_NETWORK', { name: 'AbortError' })],
    ['a body that is too large', ofAxios('Request body larger than maxBodyLength limit', 'ERR_BAD_REQUEST')],
    ['an answer that is too large', ofAxios('maxContentLength size of 100 exceeded', 'ERR_BAD_RESPONSE')],
    ['an answer that is too large, said by a cause', ofAxios('failed', 'ERR_NETWORK', new Error('maxBodyLength'))],
    ['a protocol that axios does not know', ofAxios('Unsupported protocol ftp:', 'ERR_NETWORK')],
    ['a scheme that fetch does not know', ofAxios('fetch failed', 'ERR_NETWORK', new Error('unknown scheme'))],
    ['a wrong option', ofAxios('wrong', 'ERR_BAD_OPTION')],
    ['a wrong option about time', ofAxios('option timeout must be a number', 'ERR_BAD_OPTION')],
    ['an answer that was refused', answered(503)],
    ['an answer that was refused with the lowest status', answered(400)],
    ['an accepted answer whose error has another code', answered(200, 'ERR_BAD_REQUEST')],
    ['a wrong value of an option', ofAxios('wrong', 'ERR_BAD_OPTION_VALUE')],
    ['a wrong address', ofAxios('Invalid URL', 'ERR_INVALID_URL')],
    ['an adapter that is not there', ofAxios('no adapter', 'ERR_NOT_SUPPORT')],
    ['what is no longer supported', ofAxios('gone', 'ERR_DEPRECATED')],
    ['too many redirects', ofAxios('Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS')],
    ['a header that cannot be sent', plain({ code: 'ERR_INVALID_CHAR' })],
    ['a method that cannot be sent', ofAxios('wrong', 'ERR_INVALID_HTTP_TOKEN')],
    ['a path that cannot be sent', plain({ code: 'ERR_UNESCAPED_CHARACTERS' })],
    ["an error with a code that is no system's", plain({ code: 'P2002' })],
    ['an error with a code that only ends like one', plain({ code: 'NOT_ECONNRESET' })],
    ['an error whose code is a number', plain({ code: 7 })],
    ['an error of axios without a code that says nothing of the network', ofAxios('failed')],
    ['an error of axios whose code is a number', Object.assign(ofAxios('failed'), { code: 7 })],
    ['an error of axios whose cause has another code', ofAxios('failed', undefined, { code: 'NO_ECONNRESET' })],
    ['an error of axios whose cause has a number', ofAxios('failed', undefined, { code: 7 })],
    ['an answer that is no HTTP', ofAxios('Parse Error', 'HPE_INVALID_CONSTANT')],
    ['a certificate that is not trusted', ofAxios('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['a bug', new TypeError('cannot read properties of undefined')],
    ['a string', 'Network Error'],
    ['nothing', undefined],
    ['null', null],
  ])('%s', (_what, error) => {
    expect(networkFault(error)?.retryable ?? false).toBe(false);
  });
});

test('a body that broke off is told by the code of its error', () => {
  expect(networkFault(answered(200))).toEqual({
    retryable: true,
    code: 'ERR_BAD_RESPONSE',
    reason: 'ERR_BAD_RESPONSE',
  });
});

test.each([
  [undefined, undefined],
  [null, undefined],
  ['timeout of 5ms exceeded', undefined],
  [{ message: { toString: 5 } }, undefined],
  [ofAxios('Request aborted', 'ECONNABORTED'), undefined],
  [ofAxios('my own timeout of 5ms exceeded', 'ECONNABORTED'), undefined],
  [ofAxios('timeout of 5ms exceeded', 'ECONNABORTED'), 'timeout of 5 ms'],
  [ofAxios('stream has been aborted', 'ERR_BAD_RESPONSE'), 'the body broke off'],
])("%j: the text of axios' timeout is known as a whole, and the code of a body that broke off", (error, reason) => {
  expect(plainReason(error)).toBe(reason);
});

describe('the causes of an error', () => {
  test('may go round in circles', () => {
    const error = ofAxios('failed');
    Object.assign(error, { cause: error });
    expect(networkFault(error)?.retryable ?? false).toBe(false);
  });

  test('may be no objects', () => {
    expect(networkFault(ofAxios('failed', undefined, 'ECONNRESET'))).toBeUndefined();
    expect(networkFault(ofAxios('failed', undefined, null))).toBeUndefined();
  });
});

describe('an adapter that fails', () => {
  /** What a GET comes to through an adapter that fails twice with this, and how often it was asked. */
  async function get(error: unknown): Promise<[unknown, number]> {
    const { adapter, seen } = scripted(failing(error), failing(error));
    const api = new RetryingAxios(axios.create({ adapter, baseURL: 'http://api.test' }), {
      wait: wait.none(),
      stop: stop.afterAttempt(2),
    });
    return [await thrown(api.get('/items')), seen.length];
  }

  test('with a fault of the network ends as a NetworkError, with its code, its request and its cause', async () => {
    const fault = Object.assign(ofAxios('socket hang up', 'ECONNRESET'), { request: { path: '/items' } });
    const [error, asked] = await get(fault);
    expect(asked).toBe(2);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({
      message: 'GET http://api.test/items got no answer: ECONNRESET',
      code: 'ECONNRESET',
      attempts: 2,
      cause: { message: fault.message, code: fault.code, stack: fault.stack },
      config: { url: '/items' },
      request: fault.request,
    });
  });

  test.each(['timeout of 50ms exceeded', 'timeout of 50 ms exceeded'])(
    "with axios' own timeout, %j, ends with its length and the code of axios",
    async (message) => {
      const [error] = await get(ofAxios(message, 'ECONNABORTED'));
      expect(error).toMatchObject({
        message: 'GET http://api.test/items got no answer: timeout of 50 ms',
        code: 'ECONNABORTED',
      });
    },
  );

  test('of a body that broke off says so: ERR_BAD_RESPONSE says nothing', async () => {
    const [error] = await get(ofAxios('stream has been aborted', 'ERR_BAD_RESPONSE'));
    expect(error).toMatchObject({
      message: 'GET http://api.test/items got no answer: the body broke off',
      code: 'ERR_BAD_RESPONSE',
    });
  });

  test('with a code in its cause alone ends with that code', async () => {
    const [error] = await get(ofAxios('fetch failed', undefined, { code: 'ENOTFOUND' }));
    expect(error).toMatchObject({
      message: 'GET http://api.test/items got no answer: ENOTFOUND',
      code: 'ENOTFOUND',
    });
  });

  test('with a code of its own ends with that, whatever its cause says', async () => {
    const [error] = await get(ofAxios('fetch failed', 'ERR_NETWORK', { code: 'ECONNREFUSED' }));
    expect(error).toMatchObject({ code: 'ERR_NETWORK' });
  });

  test('says what is behind ERR_NETWORK, which says nothing', async () => {
    const [error] = await get(ofAxios('fetch failed', 'ERR_NETWORK', { code: 'ECONNREFUSED' }));
    expect(error).toMatchObject({ message: 'GET http://api.test/items got no answer: ECONNREFUSED' });
    const [bare] = await get(ofAxios('Network Error', 'ERR_NETWORK'));
    expect(bare).toMatchObject({ message: 'GET http://api.test/items got no answer: ERR_NETWORK' });
  });

  test('without a code says that there is no connection', async () => {
    const [error] = await get(ofAxios('Network Error'));
    expect(error).toMatchObject({
      message: 'GET http://api.test/items got no answer: no connection',
      code: 'TENAX_HTTP',
    });
  });

  test.each<[string, unknown]>([
    ['a bug', new TypeError('bug')],
    ['a wrong option', ofAxios('wrong', 'ERR_BAD_OPTION')],
    ['undefined', undefined],
    ['null', null],
  ])('with %s fails at once with just that', async (_what, error) => {
    expect(await get(error)).toEqual([error, 1]);
  });
});
