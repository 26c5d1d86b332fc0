import { isPlain } from '../../base/check.js';

type Pair = readonly [name: string, value: string];

/** Encodes a name or value as axios does. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/%3A/gi, ':').replace(/%24/g, '$').replace(/%2C/gi, ',').replace(/%20/g, '+');

const isNested = (value: unknown): value is object =>
  Array.isArray(value) || (typeof value === 'object' && value !== null && isPlain(value));

/** Serializes one parameter as axios does: `ids[]=1&ids[]=2` for a list, `filter[state]=open` for an object. */
function pairsOf(name: string, value: unknown, isTop = true): Pair[] {
  if (value === undefined || value === null) return [];
  if (value instanceof Date) return [[name, value.toISOString()]];
  if (!isNested(value)) return [[name, String(value)]];
  // Nested lists, and lists of lists or objects, have numbered entries.
  const isFlat = isTop && Array.isArray(value) && !value.some(isNested);
  const prefix = name.replace(/\[\]$/, '');
  return Object.entries(value).flatMap(([key, each]) => pairsOf(`${prefix}[${isFlat ? '' : key}]`, each, false));
}

/** The decoded name of one `name=value` pair of a query. */
const nameOf = (part: string): string => [...new URLSearchParams(part).keys()][0] ?? '';

/** An address without the parameters that `params` replaces. A list `ids` also replaces `ids[]` and `ids[0]`. */
export function withoutParams(url: string, params: Readonly<Record<string, unknown>>): string {
  const parts = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) as unknown as [string, string, string?, string?];
  const [, path, query, fragment = ''] = parts;
  if (query === undefined) return url;
  const replaced = Object.keys(params).filter((name) => params[name] !== undefined && params[name] !== null);
  const isReplaced = (name: string): boolean =>
    replaced.some(
      (each) => name === each || (isNested(params[each]) && name.startsWith(`${each.replace(/\[\]$/, '')}[`)),
    );
  const kept = query.split('&').filter((part) => part !== '' && !isReplaced(nameOf(part)));
  return `${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`;
}

/** An address with these parameters, which replace its own of the same names, and without its fragment. */
export function withParams(url: string, params: Readonly<Record<string, unknown>>): string {
  const bare = withoutParams(url, params).replace(/#.*/s, '');
  const pairs = Object.entries(params).flatMap(([name, value]) => pairsOf(name, value));
  if (pairs.length === 0) return bare;
  const query = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return `${bare}${bare.includes('?') ? '&' : '?'}${query}`;
}
