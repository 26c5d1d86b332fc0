import type { ClientOptions } from '../client/client-options.js';

/** The options of `fetch`, with headers that can be changed. */
export type InitWithHeaders = RequestInit & { headers: Headers };

/** The options of a request of `retryingFetch`: those of `fetch`, and a function as body. */
export interface RetryingInit extends Omit<RequestInit, 'body' | 'duplex'> {
  /** The body. A function returns a new body for every attempt, so that a stream can be sent again. */
  readonly body?: RequestInit['body'] | (() => RequestInit['body'] | Promise<RequestInit['body']>);
  /** Node requires `'half'` for a stream as body. TypeScript's DOM types do not have it. */
  readonly duplex?: 'half' | undefined;
}

/** A request of `retryingFetch`, as limits, breakers, budgets and `refresh` receive it. */
export interface FetchRequest {
  /** The method in capitals. */
  readonly method: string;
  /** The address as it was passed. */
  readonly url: string;
  /** The headers as they were passed, and the Idempotency-Key of the call; before `beforeAttempt`. */
  readonly headers: Headers;
  /** The body as it was passed; a function is not called. */
  readonly body: unknown;
}

/** Options of `retryingFetch`. */
export interface FetchRetryOptions extends ClientOptions<InitWithHeaders, RequestInit, FetchRequest> {}
