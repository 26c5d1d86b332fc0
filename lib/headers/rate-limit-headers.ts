import { omitUndefined } from '../base/omit-undefined.js';
import { parseHttpDate } from './date.js';
import { headerValues } from './headers.js';
import { type Limit } from './rate-limit-fields.js';
import { parseDecimal } from './retry-after.js';

const LONGEST = 100;

/** The first value of a header that is short enough to mean something. */
function textOf(headers: unknown, name: string): string | undefined {
  const text = headerValues(headers, name)[0];
  return text === undefined || text.length > LONGEST ? undefined : text.trim();
}

/** A count: `100`, or the first of `100, 100;w=60`. */
function countOf(headers: unknown, name: string): number | undefined {
  const text = textOf(headers, name)?.split(/[,;]/, 1)[0];
  const count = text === undefined ? undefined : parseDecimal(text.trim());
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

/** A moment or a span, told apart by its form and its size; milliseconds from `now`. */
function parseReset(text: string, now: number): number | undefined {
  const number = parseDecimal(text);
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

function resetOf(headers: unknown, name: string, now: number): number | undefined {
  const text = textOf(headers, name);
  return text === undefined ? undefined : parseReset(text, now);
}

/** Three headers that make up one limit. */
interface Family {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

const ending = (prefix: string, suffix = ''): Family => ({
  limit: `${prefix}limit${suffix}`,
  remaining: `${prefix}remaining${suffix}`,
  reset: `${prefix}reset${suffix}`,
});

/** GitHub and most others; X; OpenAI's two; Anthropic's four. */
const FAMILIES: readonly Family[] = [
  ending('x-ratelimit-'),
  ending('x-rate-limit-'),
  ending('x-ratelimit-', '-requests'),
  ending('x-ratelimit-', '-tokens'),
  ending('anthropic-ratelimit-requests-'),
  ending('anthropic-ratelimit-tokens-'),
  ending('anthropic-ratelimit-input-tokens-'),
  ending('anthropic-ratelimit-output-tokens-'),
];

/** The three headers of the IETF's earlier drafts: their reset is always a number of seconds. */
function readStandard(headers: unknown): Limit {
  const seconds = countOf(headers, 'ratelimit-reset');
  return omitUndefined<Limit>({
    limit: countOf(headers, 'ratelimit-limit'),
    remaining: countOf(headers, 'ratelimit-remaining'),
    reset: seconds === undefined ? undefined : seconds * 1000,
  });
}

/** Shopify's `32/40`: used, of so many. */
function readShopify(headers: unknown): Limit {
  const text = textOf(headers, 'x-shopify-shop-api-call-limit');
  if (text === undefined) return {};
  const [used, limit] = text.split('/').map(parseDecimal);
  if (used === undefined || limit === undefined || used < 0 || limit < 0) return {};
  return { limit, remaining: Math.max(0, limit - used) };
}

/** Every limit that headers of one name each state: the IETF's earlier drafts, then the vendors. */
export function readHeaders(headers: unknown, now: number): readonly Limit[] {
  const vendors = FAMILIES.map(({ limit, remaining, reset }) =>
    omitUndefined<Limit>({
      limit: countOf(headers, limit),
      remaining: countOf(headers, remaining),
      // Discord's is the exact one.
      reset: resetOf(headers, `${reset}-after`, now) ?? resetOf(headers, reset, now),
    }),
  );
  return [readStandard(headers), ...vendors, readShopify(headers)].filter((limit) => Object.keys(limit).length > 0);
}
