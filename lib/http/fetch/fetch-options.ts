import type { ClientOptions } from '../client/client-options.js';

/** The options of `fetch`, with headers that can be changed. */
export type InitWithHeaders = RequestInit & { headers: Headers };

/** The options of a request of `retryingFetch`: those of `fetch`, and a function as body. */
export interface RetryingInit extends Omit<RequestInit, 'body'> {
  /** A function creates a new body for every attempt, so that a stream can be sent again. */
  readonly body?: RequestInit['body'] | (() => RequestInit['body'] | Promise<RequestInit['body']>);
}

/** A request of `retryingFetch`, as limits, breakers, budgets and `refresh` receive it: as it was passed. */
export interface FetchRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** How `retryingFetch` retries. */
export interface FetchRetryOptions extends ClientOptions<InitWithHeaders, RequestInit, FetchRequest> {}
