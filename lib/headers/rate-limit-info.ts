/** A rate limit as a server's headers state it: what `parseRateLimit` of `tenax/http` returns. */
export interface RateLimit {
  /** What is counted: `'requests'` (the default), `'tokens'`, `'input-tokens'` … */
  readonly unit?: string;
  /** The requests (or tokens) that the quota allows in its window; `undefined` if the server does not say. */
  readonly limit?: number;
  /** How many are left now. */
  readonly remaining?: number;
  /** Milliseconds from now until the quota is refilled. */
  readonly reset?: number;
  /** The policies that the server announced. `window` in milliseconds. */
  readonly policy?: readonly { readonly name?: string; readonly quota: number; readonly window?: number }[];
}

/** The name that `RateLimit` had in 0.1. */
export type RateLimitInfo = RateLimit;
