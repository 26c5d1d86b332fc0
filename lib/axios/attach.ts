import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { formatValue } from '../base/check.js';
import { isOurs, retryingAdapter } from './adapter.js';
import { withReason } from './canceled.js';
import { clientFor, clientOfInstance, isSame } from './client.js';
import type { AxiosRetryOptions } from './options.js';

const attached = new WeakMap<AxiosInstance, () => void>();

/**
 * Adds retries to an instance's own calls: a request interceptor wraps the adapter of each request. The user's interceptors
 * and transforms run as for a single request. Attaching twice has no further effect. Returns a function that removes the
 * retries.
 */
export function attach(instance: AxiosInstance, options: AxiosRetryOptions): () => void {
  if (typeof (instance as Partial<AxiosInstance> | null)?.interceptors?.request?.use !== 'function') {
    throw new TypeError(`RetryingAxios.attach takes an axios instance, got ${formatValue(instance)}`);
  }
  const known = attached.get(instance);
  if (known !== undefined) return known;
  const client = clientOfInstance(instance, options);
  const standard = () => instance.defaults.adapter;
  const id = instance.interceptors.request.use(
    (config) => {
      const { adapter } = config;
      const defaults = instance.defaults.retry;
      // axios has merged the defaults' options with the request's own.
      const own = isSame(config.retry, defaults) ? undefined : config.retry;
      // A config that is sent again keeps its policy.
      if (own === undefined && isOurs(adapter)) return config;
      try {
        config.adapter = retryingAdapter(clientFor(client, defaults, own), adapter, standard);
      } catch (error) {
        // A synchronous interceptor must not throw: older versions of axios would still send the request, or crash.
        config.adapter = () => Promise.reject(error);
      }
      return config;
    },
    undefined,
    { synchronous: true },
  );
  const answerId = instance.interceptors.response.use(undefined, (error: { config?: AxiosRequestConfig } | undefined) =>
    Promise.reject(withReason(error, error?.config?.signal)),
  );
  const detach = (): void => {
    instance.interceptors.request.eject(id);
    instance.interceptors.response.eject(answerId);
    attached.delete(instance);
  };
  attached.set(instance, detach);
  return detach;
}
