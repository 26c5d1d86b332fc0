import axios, { type AxiosRequestConfig } from 'axios';
import { RetryError, stop, wait } from 'tenax';
import { RetryingAxios, type AxiosRetryOptions } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { since } from './real-server.js';
import { scripted, type Step } from './scripted-adapter.js';

/** A step that ends when the request's signal says so. */
const hanging: Step = ({ signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener?.('abort', () => reject(new Error('cut off'))));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A GET that is under way: in its first attempt, or in the backoff after it. */
async function underWay(
  where: 'attempt' | 'backoff',
  config: AxiosRequestConfig,
  options: AxiosRetryOptions = {},
): Promise<{ error: Promise<Error & { cause?: unknown }>; attempts: () => number }> {
  const { adapter, seen } = scripted(where === 'attempt' ? hanging : 503);
  const api = new RetryingAxios(axios.create({ adapter }), { wait: wait.fixed(60_000), ...options });
  const error = thrown(api.get('/', config));
  await turn();
  return { error, attempts: () => seen.length };
}

/** How many listeners a signal gained and lost. */
function listeners(signal: AbortSignal): () => number {
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  return () => added.mock.calls.length - removed.mock.calls.length;
}

const reason = new Error('enough');

describe.each(['attempt', 'backoff'] as const)('during the %s', (where) => {
  test.each<[string, (signal: AbortSignal) => [AxiosRequestConfig, AxiosRetryOptions]]>([
    ["the request's signal", (signal) => [{ signal }, {}]],
    ["the policy's signal", (signal) => [{}, { signal }]],
    ['a signal that the policy asks for', (signal) => [{}, { signal: () => signal }]],
    ["the request's signal beside the policy's", (signal) => [{ signal }, { signal: new AbortController().signal }]],
    ["the policy's signal beside the request's", (signal) => [{ signal: new AbortController().signal }, { signal }]],
    ["a signal in the request's own options", (signal) => [{ retry: { signal } }, {}]],
    [
      "the request's signal beside a CancelToken",
      (signal) => [{ signal, cancelToken: axios.CancelToken.source().token }, {}],
    ],
    [
      "the policy's signal beside a CancelToken",
      (signal) => [{ cancelToken: axios.CancelToken.source().token }, { signal }],
    ],
  ])('%s ends the call with a CanceledError, its reason as the cause', async (_which, given) => {
    const controller = new AbortController();
    const { error, attempts } = await underWay(where, ...given(controller.signal));
    controller.abort(reason);
    expect(axios.isCancel(await error)).toBe(true);
    expect((await error).message).toBe('canceled');
    expect((await error).cause).toBe(reason);
    expect(attempts()).toBe(1);
  });

  test('the cause is not printed with the error', async () => {
    const controller = new AbortController();
    const { error } = await underWay(where, { signal: controller.signal });
    controller.abort(reason);
    expect(Object.getOwnPropertyDescriptor(await error, 'cause')).toEqual({
      value: reason,
      enumerable: false,
      writable: true,
      configurable: true,
    });
  });

  test.each<[string, AxiosRequestConfig, AxiosRetryOptions]>([
    ['alone', {}, {}],
    ["beside the request's signal", { signal: new AbortController().signal }, {}],
    ["beside the policy's signal", {}, { signal: new AbortController().signal }],
  ])("a CancelToken %s ends the call with the caller's message", async (_how, config, options) => {
    const { token, cancel } = axios.CancelToken.source();
    const { error, attempts } = await underWay(where, { ...config, cancelToken: token }, options);
    cancel('no longer wanted');
    expect(axios.isCancel(await error)).toBe(true);
    expect((await error).message).toBe('no longer wanted');
    expect((await error).cause).toBe(token.reason);
    expect(attempts()).toBe(1);
  });
});

describe('a call that was ended beforehand is not sent', () => {
  const aborted = AbortSignal.abort(reason);
  const { token } = axios.CancelToken.source();
  test.each<[string, AxiosRequestConfig, AxiosRetryOptions]>([
    ["by the policy's signal", {}, { signal: aborted }],
    ["by the policy's signal, the request's at rest", { signal: new AbortController().signal }, { signal: aborted }],
  ])('%s', async (_how, config, options) => {
    const { error, attempts } = await underWay('backoff', config, options);
    expect(axios.isCancel(await error)).toBe(true);
    expect((await error).cause).toBe(reason);
    expect(attempts()).toBe(0);
  });

  test.each<[string, AxiosRequestConfig, AxiosRetryOptions]>([
    ["by the request's signal, the policy's at rest", { signal: aborted }, { signal: new AbortController().signal }],
    ["by the request's signal, its CancelToken at rest", { signal: aborted, cancelToken: token }, {}],
  ])('%s', async (_how, config, options) => {
    const { error, attempts } = await underWay('backoff', config, options);
    expect(axios.isCancel(await error)).toBe(true);
    expect(attempts()).toBe(0);
  });
});

describe('nothing is left behind', () => {
  test('on signals, when the call is over', async () => {
    const [own, common] = [new AbortController().signal, new AbortController().signal];
    const left = [listeners(own), listeners(common)];
    const { adapter } = scripted(503);
    const api = new RetryingAxios(axios.create({ adapter }), { wait: wait.none(), signal: common });
    await api.get('/', { signal: own });
    expect(left.map((count) => count())).toEqual([0, 0]);
  });

  test.each<[string, AxiosRequestConfig]>([
    ['succeeds', {}],
    ['fails', { retry: { stop: stop.afterAttempt(1) } }],
    // Before 1.5 adapters had no names.
    ...(since(5) ? [['names an adapter that is not there', { adapter: 'nowhere' }] as never] : []),
  ])('on a CancelToken, when the call %s', async (_how, config) => {
    const { token } = axios.CancelToken.source();
    const subscribed = jest.spyOn(token as never, 'subscribe') as unknown as jest.SpyInstance;
    const unsubscribed = jest.spyOn(token as never, 'unsubscribe') as unknown as jest.SpyInstance;
    const { adapter } = scripted(503);
    const api = new RetryingAxios(axios.create({ adapter }), { wait: wait.none() });
    await api.get('/', { cancelToken: token, ...config }).catch(() => undefined);
    expect(unsubscribed.mock.calls).toEqual(subscribed.mock.calls);
  });
});

describe('a value that is not a signal', () => {
  test.each<[string, unknown]>([
    ['of the policy', 5],
    ['of the policy', {}],
  ])('%s is refused when the client is made: %p', (_whose, signal) => {
    expect(() => new RetryingAxios({}, { signal: signal as never })).toThrow(
      new TypeError(
        `signal takes an AbortSignal or a function of the call state that returns one, got ${signal === 5 ? 5 : 'an object'}`,
      ),
    );
  });

  test('that the policy is answered is refused when it is asked for', async () => {
    const own = new AbortController().signal;
    for (const config of [{}, { signal: own }]) {
      const { error, attempts } = await underWay('backoff', config, { signal: () => 5 as never });
      expect((await error).message).toMatch(/signal takes an AbortSignal, got 5/);
      expect(await error).not.toBeInstanceOf(RetryError);
      expect(attempts()).toBe(0);
    }
  });

  test('that the policy is not answered leaves the request its own', async () => {
    const controller = new AbortController();
    const { error } = await underWay('backoff', { signal: controller.signal }, { signal: () => undefined });
    controller.abort(reason);
    expect((await error).cause).toBe(reason);
  });
});
