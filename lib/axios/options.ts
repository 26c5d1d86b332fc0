import type { InternalAxiosRequestConfig } from 'axios';
import type { ClientOptions } from '../http/client/client-options.js';

/** How a RetryingAxios, an attached instance or one request retries. */
export interface AxiosRetryOptions extends ClientOptions<InternalAxiosRequestConfig> {}

declare module 'axios' {
  interface AxiosRequestConfig {
    /** tenax: other options for this request, or false for one plain request. */
    retry?: AxiosRetryOptions | false;
  }
}
