import type { InternalAxiosRequestConfig } from 'axios';
import type { HttpRetryOptions } from '../http/client-options.js';

/** How a RetryingAxios, an attached instance or one request retries. */
export interface AxiosRetryOptions extends HttpRetryOptions {
  /** Called for every attempt, with a copy of the request: the place for fresh credentials. */
  readonly beforeAttempt?:
    | ((
        config: InternalAxiosRequestConfig,
        attempt: number,
      ) => InternalAxiosRequestConfig | Promise<InternalAxiosRequestConfig>)
    | undefined;
  /**
   * Sends one Idempotency-Key with every attempt of a call, which makes it safe to retry: `true` for POST and PATCH a
   * random UUID, a function for what it answers.
   */
  readonly idempotencyKey?: boolean | ((config: InternalAxiosRequestConfig) => string) | undefined;
}

declare module 'axios' {
  interface AxiosRequestConfig {
    /** tenax: other options for this request, or false for one plain request. */
    retry?: AxiosRetryOptions | false;
  }
}
