import type { KeyedLimiter } from './keyed-limiter.js';
import type { RateLimiter } from './rate-limiter.js';

/**
 * What a policy, a client or `@Throttle` takes as one limit: a limiter, a keyed one, or either with what a request costs. A
 * `Request` is what the place hands over: the config of axios, `{ method, url, headers, body }`, `{ self, args }`, or in a
 * policy of the core the call's state.
 */
export type Limit<Request = any, Response = any> =
  | RateLimiter
  | (KeyedLimiter<Request> & { readonly acquire?: undefined })
  | {
      /** Never there. It tells an object with costs from a limiter, so that TypeScript knows the parameters of `settle`. */
      readonly acquire?: undefined;
      readonly limiter: RateLimiter | KeyedLimiter<Request>;
      /** Tokens that an attempt takes, called once per attempt; 0 does not ask this limit. Default 1. */
      readonly cost?: ((request: Request) => number) | undefined;
      /** What the attempt really cost, called for answers below 400; `undefined` leaves the charge as it is. */
      readonly settle?:
        ((response: Response, request: Request) => number | undefined | Promise<number | undefined>) | undefined;
    };
