import type { AxiosInstance } from 'axios';
import { defined } from '../base/defined.js';
import { requestPolicy, retryingAdapter, type RequestPolicy } from './adapter.js';
import type { AxiosRetryOptions } from './options.js';

const attached = new WeakMap<AxiosInstance, () => void>();

/** The policy of one request: the common one, or with what the request's own options name put over it. */
export function policyFor(policy: RequestPolicy, overrides: AxiosRetryOptions | undefined): RequestPolicy {
  return overrides === undefined ? policy : requestPolicy({ ...policy.options, ...defined<object>(overrides) });
}

/**
 * Makes the instance's own calls retry: a request interceptor puts our adapter around the request's. The user's
 * interceptors and transforms run as for a single request. Attaching twice is attaching once. Answers how to detach.
 */
export function attach(instance: AxiosInstance, options: AxiosRetryOptions): () => void {
  const known = attached.get(instance);
  if (known !== undefined) return known;
  const policy = requestPolicy(options);
  const id = instance.interceptors.request.use(
    (config) => {
      const { retry } = config;
      delete config.retry;
      if (retry === false) return config;
      config.adapter = retryingAdapter(policyFor(policy, retry), config.adapter, () => instance.defaults.adapter);
      return config;
    },
    undefined,
    { synchronous: true },
  );
  const detach = (): void => {
    instance.interceptors.request.eject(id);
    attached.delete(instance);
  };
  attached.set(instance, detach);
  return detach;
}
