import type { HeadersLike } from './headers.js';
import { nothingLeftUntil } from './nothing-left.js';
import { parseRetryAfter } from './retry-after.js';

/**
 * Milliseconds that the server asked to wait: the first of `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After`, and the
 * reset of a limit that has nothing left (the latest, if there are several). `undefined` if it named no time. Never throws,
 * never returns NaN, and takes linear time.
 *
 * @param now milliseconds since 1970; by default the answer's own `Date`, else the clock
 */
export function serverTime(headers: HeadersLike, now?: number): number | undefined {
  const asked = parseRetryAfter(headers, now);
  if (asked !== undefined) return asked;
  try {
    return nothingLeftUntil(headers, now);
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
    return undefined;
  }
}
