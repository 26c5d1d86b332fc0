import type { ClientOptions } from '../client/client-options.js';

/** What `fetch` takes beside the address, its headers ready to be changed. */
export type InitWithHeaders = RequestInit & { headers: Headers };

/** What `retryingFetch` takes beside the address: what `fetch` takes, and a function that makes the body. */
export interface RetryingInit extends Omit<RequestInit, 'body'> {
  /** A function makes a fresh body for every attempt, so that a stream can be sent again. */
  readonly body?: RequestInit['body'] | (() => RequestInit['body'] | Promise<RequestInit['body']>);
}

/** A request of `retryingFetch`, as limits, breakers, budgets and `refresh` see it: what was given. */
export interface FetchRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** How `retryingFetch` retries. */
export interface FetchRetryOptions extends ClientOptions<InitWithHeaders, RequestInit, FetchRequest> {}
