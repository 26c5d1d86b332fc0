import axios, {
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosResponse,
  type CreateAxiosDefaults,
} from 'axios';
import { formatValue } from '../base/check.js';
import type { Retrying } from '../engine/retrying.js';
import { isOurs, retryingAdapter } from './adapter.js';
import { attach } from './attach.js';
import { withReason } from './canceled.js';
import { clientFor, clientOfInstance } from './client.js';
import type { AxiosRetryOptions } from './options.js';

const WITHOUT_BODY = ['get', 'delete', 'head', 'options'] as const;
const WITH_BODY = ['post', 'put', 'patch', 'query'] as const;
const WITH_FORM = ['postForm', 'putForm', 'patchForm'] as const;

/** The methods and properties of an axios instance that a RetryingAxios has too. */
type Surface = Pick<
  AxiosInstance,
  // Older versions of axios do not have all of them.
  Extract<
    keyof AxiosInstance,
    | 'request'
    | 'getUri'
    | 'defaults'
    | 'interceptors'
    | (typeof WITHOUT_BODY)[number]
    | (typeof WITH_BODY)[number]
    | (typeof WITH_FORM)[number]
  >
>;

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- the constructor adds all of it
export interface RetryingAxios extends Surface {
  <T = any, R = AxiosResponse<T>, D = any>(config: AxiosRequestConfig<D>): Promise<R>;
  <T = any, R = AxiosResponse<T>, D = any>(url: string, config?: AxiosRequestConfig<D>): Promise<R>;
  /** Returns a RetryingAxios with these defaults merged over its own, and the same options. */
  create(config?: CreateAxiosDefaults): RetryingAxios;
}

/**
 * An axios instance that retries: callable, with the same methods and types. Create it around an instance, whose own calls
 * do not change, or from defaults.
 *
 * By default it makes at most 6 attempts. A 429, or a 403 or 413 that counts as one, is retried for every method. A 5xx, 408,
 * 425 or network error is retried for idempotent methods and for requests with an Idempotency-Key. Every other 4xx fails at
 * once. Errors are `RateLimitError`, `ServerError`, `ClientError` and `NetworkError`; `axios.isAxiosError` returns true for
 * them.
 *
 * @example
 * ```ts
 * import { RetryingAxios } from 'tenax/axios';
 *
 * let attempts = 0;
 * const api = new RetryingAxios({
 *   adapter: async (config) => {
 *     attempts += 1;
 *     const status = attempts === 1 ? 429 : 200;
 *     return { status, statusText: '', headers: { 'retry-after': '0' }, data: 'hello', config };
 *   },
 * });
 * const { data } = await api.get<string>('https://api.example.com/items');
 * console.assert(data === 'hello' && attempts === 2);
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- see above
export class RetryingAxios {
  /** The instance that it wraps. */
  readonly axios!: AxiosInstance;
  /** The policy of requests without their own options. */
  readonly retrying!: Retrying;

  /**
   * @param target The instance to wrap, or the defaults of a new one.
   * @param options The options of all requests. A request's own `retry` overrides them.
   * @throws TypeError or RangeError that names the option and what it takes.
   */
  constructor(target?: AxiosInstance | CreateAxiosDefaults, options: AxiosRetryOptions = {}) {
    if (!isTarget(target ?? {})) {
      throw new TypeError(`RetryingAxios takes an axios instance or defaults for one, got ${formatValue(target)}`);
    }
    const instance = typeof target === 'function' ? target : axios.create(target);
    const client = clientOfInstance(instance, options);
    const Self = new.target;
    const standard = (): AxiosRequestConfig['adapter'] => instance.defaults.adapter;
    // The adapter of most requests, which have neither their own options nor their own adapter.
    const usual = retryingAdapter(client, undefined, standard as never);
    /** Puts a config, which is a copy of the user's, under its policy. */
    const under = (copy: AxiosRequestConfig): AxiosRequestConfig => {
      const common = instance.defaults.retry;
      // Most configs name neither, and to take properties out of an object costs more than the rest of this call.
      if (copy.retry === undefined && copy.adapter === undefined && common === undefined) {
        copy.adapter = usual;
        return copy;
      }
      const { retry, adapter, ...rest } = copy;
      // A config that is sent again keeps its policy.
      if (retry === undefined && isOurs(adapter)) return copy;
      const chosen = clientFor(client, common, retry);
      return { ...rest, adapter: retryingAdapter(chosen, adapter as never, standard as never) };
    };
    /** Sends a request. Wrong options reject, as wrong configs do. An early abort rejects with the signal's reason. */
    const send = (copy: AxiosRequestConfig, how: (sent: AxiosRequestConfig) => Promise<unknown>): Promise<unknown> => {
      let sent: AxiosRequestConfig;
      try {
        sent = under(copy);
      } catch (error) {
        return Promise.reject(error);
      }
      const { signal } = sent;
      return signal === undefined
        ? how(sent)
        : how(sent).catch((error: unknown) => Promise.reject(withReason(error, signal) as Error));
    };
    const call = (first: string | AxiosRequestConfig, config?: AxiosRequestConfig): Promise<unknown> =>
      send(typeof first === 'string' ? { ...config, url: first } : { ...first }, (sent) => instance.request(sent));
    const own: Record<string, unknown> = {
      axios: instance,
      retrying: client.retrying,
      request: call,
      getUri: (config?: AxiosRequestConfig) => instance.getUri(config),
      create: (config?: CreateAxiosDefaults) => new Self(instance.create(config), options),
    };
    // These do what the instance's own methods do, without their first merge of the config, which request() repeats.
    for (const method of WITHOUT_BODY) {
      own[method] = (url: string, config?: AxiosRequestConfig) =>
        send({ ...config, method, url }, (sent) => instance.request(sent));
    }
    for (const method of WITH_BODY.filter((each) => typeof instance[each] === 'function')) {
      own[method] = (url: string, data?: unknown, config?: AxiosRequestConfig) =>
        send({ ...config, method, url, data }, (sent) => instance.request(sent));
    }
    for (const verb of WITH_FORM) {
      own[verb] = (url: string, data?: unknown, config?: AxiosRequestConfig) =>
        send({ ...config }, (sent) => instance[verb](url, data, sent));
    }
    const callable = Object.setPrototypeOf(call.bind(undefined), Self.prototype as object) as RetryingAxios;
    Object.assign(callable, own);
    Object.defineProperties(callable, {
      defaults: { get: () => instance.defaults },
      interceptors: { get: () => instance.interceptors },
    });
    return callable;
  }

  /**
   * Adds retries to an existing instance's own calls, whatever interceptors it has. Attaching twice has no further effect.
   * Returns a function that removes the retries.
   *
   * @throws TypeError or RangeError that names the option and what it takes.
   *
   * @example
   * ```ts
   * import axios from 'axios';
   * import { RetryingAxios } from 'tenax/axios';
   *
   * const api = axios.create({ baseURL: 'https://api.example.com' });
   * const detach = RetryingAxios.attach(api, { attemptTimeout: 5000 });
   * detach();
   * ```
   */
  static attach(instance: AxiosInstance, options: AxiosRetryOptions = {}): () => void {
    return attach(instance, options);
  }
}

/** Whether a value is an axios instance, or the defaults of one. */
const isTarget = (target: unknown): boolean =>
  typeof target === 'function'
    ? typeof (target as Partial<AxiosInstance>).request === 'function'
    : typeof target === 'object' && !Array.isArray(target);
