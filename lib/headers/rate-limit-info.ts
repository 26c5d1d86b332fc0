/** The rate limit as a server's headers stated it; what `parseRateLimit` of `tenax/http` answers. */
export interface RateLimit {
  /** What is counted: `'requests'` (the default), `'tokens'`, `'input-tokens'` … */
  readonly unit?: string;
  /** Requests (or tokens) that the quota allows in its window, when the server said so. */
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
