import type { AttemptOptions } from '../client/attempt-options.js';
import type { HttpRetryOptions } from '../client/client-options.js';

/** What `fetch` takes beside the address, its headers ready to be changed. */
export type InitWithHeaders = RequestInit & { headers: Headers };

/** How `retryingFetch` retries. */
export interface FetchRetryOptions extends HttpRetryOptions, AttemptOptions<InitWithHeaders, RequestInit> {}
