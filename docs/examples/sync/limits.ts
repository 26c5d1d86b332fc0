import { allOf, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';

/** What the requests of the job may not exceed. */
export interface Limits {
  readonly limiter: RateLimiter;
  /** How many requests the limits allow in the first `seconds`. */
  readonly allowed: (seconds: number) => number;
}

/** So many requests in any window of so many seconds. */
export interface WindowLimit {
  readonly limit: number;
  readonly seconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** Reads `4/s, 1000/h`. @throws Error for anything else */
export function parseLimits(text: string): WindowLimit[] {
  return text.split(',').map((part) => {
    const [, limit, unit = ''] = /^\s*(\d+)\s*\/\s*(s|min|h|d)\s*$/.exec(part) ?? [];
    if (!(Number(limit) >= 1))
      throw new Error("--limit takes limits like '4/s, 1000/h'; the units are s, min, h and d");
    return { limit: Number(limit), seconds: SECONDS[unit] as number };
  });
}

/** `rate` requests a second, `capacity` of them at once. */
export const bucket = (rate: number, capacity: number): Limits => ({
  limiter: new TokenBucket({ rate, capacity }),
  allowed: (seconds) => capacity + rate * seconds,
});

/** All of these at once. */
export const windows = (limits: readonly WindowLimit[]): Limits => ({
  limiter: allOf(...limits.map(({ limit, seconds }) => new SlidingWindow({ limit, window: seconds * 1000 }))),
  allowed: (elapsed) => Math.min(...limits.map(({ limit, seconds }) => limit * (Math.floor(elapsed / seconds) + 1))),
});
