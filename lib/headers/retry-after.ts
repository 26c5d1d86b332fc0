import { parseHttpDate } from './date.js';
import { headerField, headerValues, type HeadersLike } from './headers.js';

/**
 * Milliseconds. By default, `wait.retryAfter` gives up if a server asks for more, and limits and breakers are held back for no
 * longer than this.
 */
export const LONGEST_SERVER_TIME = 300_000;

/** Longer values are not read. */
const LONGEST = 100;
const LONGEST_LIST = 1000;

const DIGIT_9 = 57;
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

/** Returns `now` if it is given; else the answer's own `Date`, so that a skewed clock does no harm; else our clock's time. */
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
  if (typeof headers !== 'object' || headers === null) return undefined;
  try {
    return typeof (headers as { get?: unknown }).get === 'function'
      ? readByName(headers, now)
      : readInOnePass(headers as Record<string, unknown>, now);
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
    return undefined;
  }
}

const MILLISECONDS = 1;
const SECONDS = 1000;

/** Where servers name a time, the first one first, and its unit. A time in seconds may be a date instead. */
const NAMES: readonly string[] = ['retry-after-ms', 'x-ms-retry-after-ms', 'retry-after'];
const UNITS: readonly number[] = [MILLISECONDS, MILLISECONDS, SECONDS];

function readByName(headers: object, now: number | undefined): number | undefined {
  for (let rank = 0; rank < NAMES.length; rank += 1) {
    const ms = firstTime(headerField(headers, NAMES[rank] as string), UNITS[rank] as number, headers, now);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** The names have different lengths: the length of a key tells which one it may be, before its letters are looked at. */
function readInOnePass(headers: Record<string, unknown>, now: number | undefined): number | undefined {
  let ms: number | undefined;
  let best: number = NAMES.length;
  for (const key in headers) {
    const rank = key.length === 11 ? 2 : key.length === 14 ? 0 : key.length === 19 ? 1 : NAMES.length;
    if (rank >= best || !isSpelled(headers, key, NAMES[rank] as string)) continue;
    const named = firstTime(headers[key], UNITS[rank] as number, headers, now);
    if (named === undefined) continue;
    ms = named;
    best = rank;
  }
  return ms;
}

/** Whether a key is this name; in another case, only if there is no header under the name itself. */
const isSpelled = (headers: Record<string, unknown>, key: string, name: string): boolean =>
  key === name || (key.toLowerCase() === name && headers[name] === undefined && Object.hasOwn(headers, key));

/** The time in the first value that can be read. */
function firstTime(field: unknown, unit: number, headers: object, now: number | undefined): number | undefined {
  if (typeof field === 'string') {
    const ms = timeIn(field, unit, headers, now);
    return ms ?? (isJoined(field, headers) ? firstTime(linesOf(field), unit, headers, now) : undefined);
  }
  for (const value of Array.isArray(field) ? (field as unknown[]) : [field]) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const ms = timeIn(String(value), unit, headers, now);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** Whether the text may be several lines of a field: `Headers` returns all of them as one. */
const isJoined = (text: string, headers: HeadersLike): boolean =>
  text.length <= LONGEST_LIST && typeof (headers as { get?: unknown }).get === 'function';

/** Every part that may have been a line of its own. A date contains a comma, too. */
function linesOf(text: string): readonly string[] {
  const parts = text.split(', ');
  return parts.flatMap((part, at) => [part, `${part}, ${parts[at + 1]}`]);
}

function timeIn(text: string, unit: number, headers: object, now: number | undefined): number | undefined {
  const short = shortNumber(text);
  if (short !== undefined) return short * unit;
  if (text.length > LONGEST) return undefined;
  const trimmed = text.trim();
  // A date begins with a letter, which is above the digits.
  const number = trimmed.charCodeAt(0) > DIGIT_9 ? undefined : parseDecimal(trimmed);
  if (number !== undefined) return Math.max(0, number * unit);
  if (unit !== SECONDS) return undefined;
  const from = momentOf(headers, now);
  const date = parseHttpDate(trimmed, from);
  return date === undefined ? undefined : Math.max(0, date - from);
}
