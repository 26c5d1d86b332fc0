import { parseHttpDate } from './date.js';
import { headerField, headerValues, type HeadersLike } from './headers.js';

/** Longer values are not looked at. */
const LONGEST = 100;
const LONGEST_LIST = 1000;

const NUMBER = /^-?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})$/;

/** A plain decimal number; not `1e3`, not `0x10`. */
export function parseDecimal(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Reads a number of up to nine digits, without a pattern: what nearly every server sends. */
function shortNumber(text: string): number | undefined {
  if (text.length > 9 || text === '') return undefined;
  let number = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** `now` where it is a moment; else what the answer's own `Date` says, so that a skewed clock does no harm; else our clock. */
export function momentOf(headers: HeadersLike, now: number | undefined): number {
  if (Number.isFinite(now)) return now as number;
  const ours = Date.now();
  const [date] = headerValues(headers, 'date');
  return (date === undefined ? undefined : parseHttpDate(date.trim(), ours)) ?? ours;
}

/**
 * Returns the milliseconds that the server asks to wait (RFC 9110, section 10.2.3). It takes the first of `retry-after-ms`,
 * `x-ms-retry-after-ms` (Azure), and `Retry-After` in seconds (fractions too) or as an HTTP-date. A date in the past or a
 * negative number is 0; anything else is `undefined`. It never throws, never returns NaN, and takes linear time.
 *
 * @param headers `Headers`, AxiosHeaders or a plain object in any case; values may be lists: the first valid one counts
 * @param now milliseconds since 1970; by default the answer's own `Date`, otherwise the clock
 */
export function parseRetryAfter(headers: HeadersLike, now?: number): number | undefined {
  try {
    for (const [name, parser] of FIELDS) {
      const field = headerField(headers, name);
      const ms = field === undefined ? undefined : firstParsed(field, parser, headers, now);
      if (ms !== undefined) return ms;
    }
    return undefined;
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
    return undefined;
  }
}

/** Where servers name a time, the first one first. */
const FIELDS: readonly (readonly [string, Parser])[] = [
  ['retry-after-ms', milliseconds],
  ['x-ms-retry-after-ms', milliseconds],
  ['retry-after', secondsOrDate],
];

type Parser = (text: string, headers: HeadersLike, now: number | undefined) => number | undefined;

/** What the first value says that parses. */
function firstParsed(
  field: unknown,
  parser: Parser,
  headers: HeadersLike,
  now: number | undefined,
): number | undefined {
  if (typeof field === 'string') {
    const ms = parser(field, headers, now);
    return ms === undefined && isJoined(field, headers) ? firstParsed(linesOf(field), parser, headers, now) : ms;
  }
  for (const value of Array.isArray(field) ? (field as unknown[]) : [field]) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const ms = parser(String(value), headers, now);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** Whether the text may be several lines of a field: `Headers` answers all of them as one. */
const isJoined = (text: string, headers: HeadersLike): boolean =>
  text.length <= LONGEST_LIST && text.includes(', ') && typeof (headers as { get?: unknown }).get === 'function';

/** What may have been a line before the lines were joined; a comma stands within a date, too. */
function linesOf(text: string): readonly string[] {
  const parts = text.split(', ');
  return parts.flatMap((part, at) => [part, `${part}, ${parts[at + 1]}`]);
}

function milliseconds(text: string): number | undefined {
  const number = shortNumber(text) ?? (text.length > LONGEST ? undefined : parseDecimal(text.trim()));
  return number === undefined ? undefined : Math.max(0, number);
}

function secondsOrDate(text: string, headers: HeadersLike, now: number | undefined): number | undefined {
  const short = shortNumber(text);
  if (short !== undefined) return short * 1000;
  if (text.length > LONGEST) return undefined;
  const trimmed = text.trim();
  const seconds = parseDecimal(trimmed);
  if (seconds !== undefined) return Math.max(0, seconds * 1000);
  const from = momentOf(headers, now);
  const date = parseHttpDate(trimmed, from);
  return date === undefined ? undefined : Math.max(0, date - from);
}
