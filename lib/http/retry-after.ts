import { parseHttpDate } from './date.js';
import { headerValues, type HeadersLike } from './headers.js';

const NUMBER = /^-?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})$/;

/** A plain decimal number; not `1e3`, not `0x10`. */
export function parseDecimal(text: string): number | undefined {
  return text.length <= 62 && NUMBER.test(text) ? Number(text) : undefined;
}

/** What the answer's own `Date` says the time is, so that a skewed clock does no harm; else our clock. */
export function serverNow(headers: HeadersLike): number {
  const ours = Date.now();
  const [date] = headerValues(headers, 'date');
  return (date === undefined ? undefined : parseHttpDate(date.trim(), ours)) ?? ours;
}

/**
 * Milliseconds that the server asks to wait (RFC 9110, section 10.2.3): `retry-after-ms` first, then `Retry-After` in
 * seconds (fractions too) or as an HTTP-date. A date in the past or a negative number is 0; anything else `undefined`.
 * Never NaN, never a throw, linear in time.
 *
 * @param headers `Headers`, AxiosHeaders or a plain object in any case; values may be lists: the first that parses counts
 * @param now milliseconds since 1970; left out, the answer's own `Date`, else the clock
 */
export function parseRetryAfter(headers: HeadersLike, now?: number): number | undefined {
  try {
    for (const text of headerValues(headers, 'retry-after-ms')) {
      const ms = text.length > 100 ? undefined : parseDecimal(text.trim());
      if (ms !== undefined) return Math.max(0, ms);
    }
    for (const text of headerValues(headers, 'retry-after')) {
      if (text.length > 100) continue;
      const trimmed = text.trim();
      const seconds = parseDecimal(trimmed);
      if (seconds !== undefined) return Math.max(0, seconds * 1000);
      const at = now ?? serverNow(headers);
      const date = parseHttpDate(trimmed, at);
      if (date !== undefined) return Math.max(0, date - at);
    }
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
  }
  return undefined;
}
