import { parseHttpDate } from './date.js';
import { headerValues } from './headers.js';
import { parseDecimal } from './retry-after.js';

const LONGEST = 100;

/** The first value of a header that is short enough to mean something. */
export function textOf(headers: unknown, name: string | undefined): string | undefined {
  const text = name === undefined ? undefined : headerValues(headers, name)[0];
  return text === undefined || text.length > LONGEST ? undefined : text.trim();
}

/** `100`, or the first of `100, 100;w=60`. */
const firstNumber = (text: string): number | undefined => parseDecimal((text.split(/[,;]/, 1)[0] as string).trim());

/** A count. */
export function countOf(headers: unknown, name: string | undefined): number | undefined {
  const text = textOf(headers, name);
  const count = text === undefined ? undefined : firstNumber(text);
  return count === undefined || count < 0 ? undefined : count;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** OpenAI's `12ms`, `1s`, `6m0s`, after Go's durations. */
function parseDuration(text: string): number | undefined {
  if (!/^(?:\d{1,15}(?:\.\d{1,15})?(?:ms|[smhd]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[smhd])/g)) {
    total += Number(amount) * (UNITS[unit as string] as number);
  }
  return total;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** A moment or a span, recognised by its form and its size, in milliseconds from `now`. */
function parseReset(text: string, now: number): number | undefined {
  const number = firstNumber(text);
  if (number !== undefined) {
    if (number < 0) return undefined;
    if (number >= 1e12) return Math.max(0, number - now);
    if (number >= 1e9) return Math.max(0, number * 1000 - now);
    return number * 1000;
  }
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  const moment = RFC_3339.test(text) ? Date.parse(text) : parseHttpDate(text, now);
  return moment === undefined || Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}

/** Milliseconds until the reset that a header names; `undefined` if it names none. */
export function resetOf(headers: unknown, name: string | undefined, now: number): number | undefined {
  const text = textOf(headers, name);
  return text === undefined ? undefined : parseReset(text, now);
}

/** The best-known headers that say what is left, for headers whose names cannot be listed. */
export const KNOWN_REMAINING: readonly string[] = [
  'x-ratelimit-remaining',
  'x-rate-limit-remaining',
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].flatMap((unit) => [
    `x-ratelimit-remaining-${unit}`,
    `anthropic-ratelimit-${unit}-remaining`,
  ]),
];

/** The name of the header beside one that says what is left. */
export const withPart = (remaining: string, part: string): string => remaining.replace('remaining', part);
