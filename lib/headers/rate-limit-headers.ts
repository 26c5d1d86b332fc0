import { omitUndefined } from '../base/omit-undefined.js';
import { parseHttpDate } from './date.js';
import { headerValues } from './headers.js';
import { type Limit } from './rate-limit-fields.js';
import { parseDecimal } from './retry-after.js';

const LONGEST = 100;

/** The first value of a header that is short enough to mean something. */
function textOf(headers: unknown, name: string | undefined): string | undefined {
  const text = name === undefined ? undefined : headerValues(headers, name)[0];
  return text === undefined || text.length > LONGEST ? undefined : text.trim();
}

/** A count: `100`, or the first of `100, 100;w=60`. */
function countOf(headers: unknown, name: string | undefined): number | undefined {
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

function resetOf(headers: unknown, name: string | undefined, now: number): number | undefined {
  const text = textOf(headers, name);
  return text === undefined ? undefined : parseReset(text, now);
}

/** `x-ratelimit-remaining`, X's `x-rate-limit-…`, Discord's `…-reset-after`, OpenAI's `…-tokens`, others' `…-tokens-minute`. */
const VENDOR = /^(x-rate-?limit)-(limit|remaining|reset-after|reset)(?:-(.+))?$/;
/** `anthropic-ratelimit-input-tokens-remaining` */
const ANTHROPIC = /^(anthropic-ratelimit)-(.+)-(limit|remaining|reset)$/;
/** A window at the end of a name says nothing about what is counted. */
const WINDOW = /(?:^|-)(?:second|minute|hour|day|week|month|year)$/;

/** Headers that make up one limit, by their part. */
type Family = Partial<Record<'limit' | 'remaining' | 'reset' | 'reset-after', string>> & { readonly what: string };

/** The limits that the names speak of. Headers that cannot be listed are asked for by the names known best. */
function families(headers: object): readonly Family[] {
  const found = new Map<string, Family>();
  for (const name of namesOf(headers)) {
    const vendor = VENDOR.exec(name);
    const [, prefix, part, what = ''] = vendor ?? swap(ANTHROPIC.exec(name)) ?? [];
    if (prefix === undefined) continue;
    const key = `${prefix} ${what}`;
    const family = found.get(key) ?? { what: what.replace(WINDOW, '') };
    found.set(key, Object.assign(family, { [part as string]: name }));
  }
  return [...found.values()];
}

const swap = (match: RegExpExecArray | null): readonly string[] | undefined =>
  match === null ? undefined : [match[0], match[1] as string, match[3] as string, match[2] as string];

const PARTS = ['limit', 'remaining', 'reset', 'reset-after'];
const KNOWN = [
  ...PARTS.flatMap((part) => [`x-ratelimit-${part}`, `x-rate-limit-${part}`]),
  ...PARTS.flatMap((part) => ['requests', 'tokens'].map((unit) => `x-ratelimit-${part}-${unit}`)),
  ...PARTS.flatMap((part) =>
    ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((unit) => `anthropic-ratelimit-${unit}-${part}`),
  ),
];

const namesOf = (headers: object): readonly string[] =>
  typeof (headers as { get?: unknown }).get === 'function' ? KNOWN : Object.keys(headers);

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
export function readHeaders(headers: object, now: number): readonly Limit[] {
  const vendors = families(headers).map((family) => ({
    unit: family.what || 'requests',
    ...omitUndefined<Limit>({
      limit: countOf(headers, family.limit),
      remaining: countOf(headers, family.remaining),
      // Discord's is the exact one.
      reset: resetOf(headers, family['reset-after'], now) ?? resetOf(headers, family.reset, now),
    }),
  }));
  const others = [readStandard(headers), readShopify(headers)].map((limit) => ({ unit: 'requests', ...limit }));
  return [...others, ...vendors].filter((limit) => Object.keys(limit).length > 1);
}
