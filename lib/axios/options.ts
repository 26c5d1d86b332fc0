import type { InternalAxiosRequestConfig } from 'axios';
import type { ClientOptions } from '../http/client/client-options.js';

/** Options of a RetryingAxios, of `attach`, and of the `retry` of a request. */
export interface AxiosRetryOptions extends ClientOptions<InternalAxiosRequestConfig> {}

declare module 'axios' {
  interface AxiosRequestConfig {
    /** tenax: options for this request, or false for a plain request without retries. */
    retry?: AxiosRetryOptions | false;
  }
}
