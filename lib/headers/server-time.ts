import type { HeadersLike } from './headers.js';
import { parseRateLimits } from './rate-limits.js';
import { parseRetryAfter } from './retry-after.js';

/**
 * Milliseconds that the server asked to wait: the first of `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After`, and the
 * reset of a limit that has nothing left (the latest, if there are several). `undefined` if it named no time.
 *
 * @param now milliseconds since 1970; by default the answer's own `Date`, else the clock
 */
export function serverTime(headers: HeadersLike, now?: number): number | undefined {
  const asked = parseRetryAfter(headers, now);
  if (asked !== undefined) return asked;
  let latest: number | undefined;
  for (const { remaining, reset } of parseRateLimits(headers, now)) {
    if (remaining === 0 && reset !== undefined) latest = Math.max(latest ?? 0, reset);
  }
  return latest;
}
