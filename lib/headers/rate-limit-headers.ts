import { omitUndefined } from '../base/omit-undefined.js';
import { countOf, KNOWN_REMAINING, resetOf, textOf, withPart } from './limit-values.js';
import type { Limit } from './rate-limit-fields.js';
import { parseDecimal } from './retry-after.js';

/** `x-ratelimit-remaining`, X's `x-rate-limit-…`, Discord's `…-reset-after`, OpenAI's `…-tokens`, others' `…-tokens-minute`. */
const VENDOR = /^(x-rate-?limit)-(limit|remaining|reset-after|reset)(?:-(.+))?$/;
/** `anthropic-ratelimit-input-tokens-remaining` */
const ANTHROPIC = /^(anthropic-ratelimit)-(.+)-(limit|remaining|reset)$/;
/** A window at the end of a name says nothing about what is counted. */
const WINDOW = /(?:^|-)(?:second|minute|hour|day|week|month|year)$/;

/** Headers that make up one limit, by their part. */
type Family = Partial<Record<'limit' | 'remaining' | 'reset' | 'reset-after', string>> & { readonly what: string };

/** Groups the headers by limit. Headers whose names cannot be listed are asked for by the best-known names. */
function families(headers: object): readonly Family[] {
  const found = new Map<string, Family>();
  for (const name of namesOf(headers)) {
    const match = VENDOR.exec(name) ?? swap(ANTHROPIC.exec(name));
    if (match === undefined) continue;
    const [, prefix, part, what = ''] = match;
    const key = `${prefix} ${what}`;
    const family = found.get(key) ?? { what: what.replace(WINDOW, '') };
    found.set(key, Object.assign(family, { [part as string]: name }));
  }
  return [...found.values()];
}

const swap = (match: RegExpExecArray | null): readonly string[] | undefined =>
  match === null ? undefined : [match[0], match[1] as string, match[3] as string, match[2] as string];

const PARTS = ['limit', 'reset', 'reset-after'];
const KNOWN = [...KNOWN_REMAINING, ...KNOWN_REMAINING.flatMap((name) => PARTS.map((part) => withPart(name, part)))];

const namesOf = (headers: object): readonly string[] =>
  typeof (headers as { get?: unknown }).get === 'function' ? KNOWN : Object.keys(headers);

/** The three headers of the IETF's earlier drafts. GitLab's reset is epoch seconds. */
function readStandard(headers: unknown, now: number): Limit {
  return omitUndefined<Limit>({
    limit: countOf(headers, 'ratelimit-limit'),
    remaining: countOf(headers, 'ratelimit-remaining'),
    reset: resetOf(headers, 'ratelimit-reset', now),
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

/** The limits of which each part has a header of its own: the IETF's earlier drafts, Shopify's, then other vendors'. */
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
  const others = [readStandard(headers, now), readShopify(headers)].map((limit) => ({ unit: 'requests', ...limit }));
  return [...others, ...vendors].filter((limit) => Object.keys(limit).length > 1);
}
