import { headerValues } from '../../headers/headers.js';
import { linkTargets } from '../../headers/link-header.js';
import type { PageResponse } from './types.js';

/** Names for the number of all items and of all pages in APIs, in lower case and without `_` and `-`. */
const ITEMS = ['total', 'totalcount', 'totalitems', 'totalresults', 'count'];
const PAGES = ['totalpages', 'lastpage', 'pagecount', 'pages'];
/** Objects of the body in which these numbers may be, besides the body itself. */
const PLACES = ['meta', 'pagination', 'paging', 'page'];

function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && Number(number) >= 0 ? Number(number) : undefined;
}

function named(body: unknown, names: readonly string[]): number | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const places = [body, ...PLACES.map((place) => (body as Record<string, unknown>)[place])];
  for (const place of places) {
    if (typeof place !== 'object' || place === null) continue;
    for (const [key, value] of Object.entries(place)) {
      const found = names.includes(key.toLowerCase().replace(/[_-]/g, '')) ? whole(value) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const header = (headers: unknown, ...names: string[]): number | undefined =>
  names.map((name) => whole(headerValues(headers, name)[0])).find((value) => value !== undefined);

/** How the pages of a reading are counted. */
export interface Counting {
  readonly pageParam: string;
  /** The number of the API's first page: 0 or 1. */
  readonly firstPage: number;
}

/**
 * The number of the last page as the API names it: by `rel="last"` of the Link header, a number of pages, or a number of items
 * divided by `pageSize`. Undefined if the API names none of these. The number may be out of date, so reading does not stop
 * there.
 */
export function lastPage(
  { headers, data }: PageResponse,
  pageSize: number,
  { pageParam, firstPage }: Counting,
): number | undefined {
  const target = linkTargets(headerValues(headers, 'link').join(', '), 'last')?.[0];
  const linked =
    target === undefined ? undefined : whole(new URLSearchParams(target.replace(/^[^?]*/, '')).get(pageParam));
  if (linked !== undefined) return linked;
  const pages = header(headers, 'x-total-pages', 'x-wp-totalpages') ?? named(data, PAGES);
  if (pages !== undefined) return pages - 1 + firstPage;
  const items = header(headers, 'x-total-count', 'x-total') ?? named(data, ITEMS);
  return items === undefined ? undefined : Math.ceil(items / pageSize) - 1 + firstPage;
}
