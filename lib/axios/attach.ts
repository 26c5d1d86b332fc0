import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { formatValue } from '../base/check.js';
import { omitUndefined } from '../base/omit-undefined.js';
import { requestPolicy, retryingAdapter, type RequestPolicy } from './adapter.js';
import { withReason } from './canceled.js';
import type { AxiosRetryOptions } from './options.js';

const attached = new WeakMap<AxiosInstance, () => void>();

/** The policy of one request: the common one, or with what the request's own options name put over it. */
export function policyFor(policy: RequestPolicy, overrides: AxiosRetryOptions | undefined): RequestPolicy {
  if (overrides === undefined) return policy;
  if (typeof overrides !== 'object' || overrides === null)
    throw new TypeError(`retry takes options or false, got ${formatValue(overrides)}`);
  return requestPolicy({ ...policy.options, ...omitUndefined<object>(overrides) });
}

/**
 * Makes the instance's own calls retry: a request interceptor puts our adapter around the request's. The user's
 * interceptors and transforms run as for a single request. Attaching twice is attaching once. Answers how to detach.
 */
export function attach(instance: AxiosInstance, options: AxiosRetryOptions): () => void {
  if (typeof (instance as Partial<AxiosInstance> | null)?.interceptors?.request?.use !== 'function') {
    throw new TypeError(`RetryingAxios.attach takes an axios instance, got ${formatValue(instance)}`);
  }
  const known = attached.get(instance);
  if (known !== undefined) return known;
  const policy = requestPolicy(options);
  const id = instance.interceptors.request.use(
    (config) => {
      const { retry } = config;
      delete config.retry;
      if (retry === false) return config;
      try {
        config.adapter = retryingAdapter(policyFor(policy, retry), config.adapter, () => instance.defaults.adapter);
      } catch (error) {
        // An interceptor that is synchronous must not throw: older axios sends the request all the same, or crashes.
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
