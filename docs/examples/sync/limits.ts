import { TokenBucket, type RateLimiter } from 'tenax';

/** What the requests of the job may not exceed. */
export interface Limits {
  readonly limiter: RateLimiter;
  /** How many requests the limits allow in the first `seconds`. */
  readonly allowed: (seconds: number) => number;
}

/** `rate` requests a second, `capacity` of them at once. */
export function bucket(rate: number, capacity: number): Limits {
  return { limiter: new TokenBucket({ rate, capacity }), allowed: (seconds) => capacity + rate * seconds };
}
