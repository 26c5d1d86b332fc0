import { inspect } from 'node:util';
import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import { RetryingAxios, ServerError } from 'tenax/axios';
import { hideRequest } from '../../lib/axios/hide-request.js';
import { thrown } from '../thrown.js';
import { since } from './real-server.js';
import { scripted, type Step } from './scripted-adapter.js';

const secret: AxiosRequestConfig = {
  params: { token: 's3cret' },
  headers: { Authorization: 'Bearer s3cret' },
  auth: { username: 'me', password: 's3cret' },
};

/** The error of a request with secrets that an adapter answers like this. */
async function errorOf(step: Step, config: AxiosRequestConfig = {}): Promise<AxiosError> {
  const api = new RetryingAxios({ ...secret, adapter: scripted(step).adapter });
  return thrown<AxiosError>(api.get('/items', config));
}

const never: Step = () => new Promise<never>(() => undefined);
const tooLarge: Step = (config) =>
  Promise.reject(new AxiosError('maxContentLength size of 1 exceeded', 'ERR_BAD_RESPONSE', config, config.headers));

const soon = (): AbortSignal => {
  const controller = new AbortController();
  setImmediate(() => {
    controller.abort(new Error('enough'));
  });
  return controller.signal;
};

test.each<[string, () => Promise<AxiosError>]>([
  ['of an abort', () => errorOf(never, { signal: soon() })],
  ['of an abort before the call', () => errorOf(never, { signal: AbortSignal.abort(new Error('enough')) })],
  ['of an answer that validateStatus refuses', () => errorOf(200, { validateStatus: () => false })],
  ['that is not about the network', () => errorOf(tooLarge)],
])('an error %s is of axios, has its config, and shows no secret', async (_which, get) => {
  const error = await get();
  expect(axios.isAxiosError(error)).toBe(true);
  // Before 1.7, axios gives its error of an abort before the call no config.
  if (error.config !== undefined || since(7)) expect(error.config?.params).toEqual({ token: 's3cret' });
  for (const text of [inspect(error, { depth: 12 }), JSON.stringify(error), inspect({ ...error }), error.stack]) {
    expect(text).not.toContain('s3cret');
  }
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ message: error.message, code: error.code });
});

describe('is returned as it is:', () => {
  test.each<[string, object]>([
    ['an error of another make', Object.assign(new Error('x'), { config: {} })],
    ['an error of tenax', new ServerError({ status: 503, method: 'GET', url: '/', headers: {}, response: {} })],
    ['an error of axios that is frozen', Object.freeze(new AxiosError('x', 'ERR_X', {} as never))],
  ])('%s', (_what, error) => {
    const before = Object.getOwnPropertyDescriptors(error);
    expect(hideRequest(error)).toBe(error);
    expect(Object.getOwnPropertyDescriptors(error)).toStrictEqual(before);
  });
});

test('an error of axios gains no property that it did not have', () => {
  const error = { isAxiosError: true, config: {} };
  hideRequest(error);
  expect([Object.hasOwn(error, 'config'), Object.hasOwn(error, 'request')]).toEqual([true, false]);
});

test('an error of retry: false is left as axios made it', async () => {
  const error = await errorOf(tooLarge, { retry: false });
  expect(Object.keys(error)).toContain('config');
});

test('hooks and a fallback receive the error without the request too', async () => {
  const seen: string[] = [];
  const see = (error: unknown): void => void seen.push(inspect(error, { depth: 12 }) + JSON.stringify(error));
  const api = new RetryingAxios(
    { ...secret, adapter: scripted(tooLarge).adapter },
    {
      onGiveUp: ({ outcome }) => {
        see((outcome as { error?: unknown }).error);
      },
      fallback: (error) => {
        see(error);
        throw error;
      },
    },
  );
  await thrown(api.get('/items'));
  expect(seen).toHaveLength(2);
  expect(seen.join()).toContain('maxContentLength');
  expect(seen.join()).not.toContain('s3cret');
});

test('the cause of an error that is not about the network shows no secret', async () => {
  const cause = Object.assign(new TypeError('Invalid URL'), {
    code: 'ERR_INVALID_URL',
    base: 'http://u:s3cret@host/?s3cret',
  });
  const error = await errorOf((config) =>
    Promise.reject(Object.assign(new AxiosError('redirected', 'ERR_FR_REDIRECTION_FAILURE', config), { cause })),
  );
  expect(error.cause).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_URL' });
  expect(inspect(error, { depth: 12 })).not.toContain('s3cret');
});

test('a cause that cannot be replaced stays, and hides no error', async () => {
  const cause = new Error('behind https://u:p@host');
  const error = await errorOf((config) => {
    const original = new AxiosError('redirected', 'ERR_FR_REDIRECTION_FAILURE', config);
    return Promise.reject(Object.defineProperty(original, 'cause', { value: cause }));
  });
  expect([error.message, error.cause]).toEqual(['redirected', cause]);
});
