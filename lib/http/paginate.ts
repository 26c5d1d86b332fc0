import { checkBoolean, checkFunction, checkKeys, checkSignal, checkWhole, formatValue } from '../base/check.js';
import { headerValues } from '../headers/headers.js';
import { linkTargets } from '../headers/link-header.js';
import { raiseForStatus } from './raise-for-status.js';
import { fullUrl, safeUrl } from './url.js';

/** An answer of either client: axios', or a fetch Response with its body read. */
export interface PageResponse {
  readonly status: number;
  readonly headers: unknown;
  readonly data: any;
}

interface AxiosLike {
  get(url: string, config: object): Promise<any>;
}

/** A RetryingAxios, an axios instance, or a fetch. */
export type PageClient = AxiosLike | ((url: string, init?: RequestInit) => Promise<Response>);

/** Options of `paginate`. */
export interface PaginateOptions<Item> {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Items asked for per page. Default 100. */
  readonly perPage?: number | undefined;
  /** Default 1. */
  readonly startPage?: number | undefined;
  /** Default `page`. */
  readonly pageParam?: string | undefined;
  /** Default `per_page`. */
  readonly perPageParam?: string | undefined;
  /** The items of a body. Default: the body if it is an array, else its `items`, else its `results`. */
  readonly items?: ((body: any) => readonly Item[]) | undefined;
  /** `page` counts pages; `link` follows the Link header (RFC 8288); a function answers the next address. Default `page`. */
  readonly next?: 'page' | 'link' | ((response: PageResponse) => string | undefined | null) | undefined;
  readonly maxPages?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every page. */
  readonly onPage?:
    | ((page: { readonly number: number; readonly items: readonly Item[]; readonly response: PageResponse }) => void)
    | undefined;
  /** Follow a next address of another origin, credentials and all. Default false. */
  readonly allowOtherOrigin?: boolean | undefined;
}

const KEYS = [
  'params', 'perPage', 'startPage', 'pageParam', 'perPageParam', 'items', 'next', 'maxPages', 'signal', 'onPage', 'allowOtherOrigin',
]; // prettier-ignore

function defaultItems(body: unknown): readonly unknown[] {
  const { items, results } = (body ?? {}) as { items?: unknown; results?: unknown };
  for (const list of [body, items, results]) if (Array.isArray(list)) return list as unknown[];
  throw new TypeError(
    `paginate found no items in ${formatValue(body)}: it takes an array, { items } or { results }; name the option items`,
  );
}

/** An address with parameters added; those that are undefined or null are left out. */
function withParams(url: string, params: object = {}): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  const query = new URLSearchParams(entries.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

async function get(
  client: PageClient,
  url: string,
  params: object | undefined,
  signal: AbortSignal | undefined,
): Promise<PageResponse> {
  if (typeof (client as AxiosLike).get === 'function') {
    return raiseForStatus((await (client as AxiosLike).get(url, { params, signal })) as PageResponse);
  }
  const response = raiseForStatus(
    await (client as (url: string, init?: RequestInit) => Promise<Response>)(
      withParams(url, params),
      signal === undefined ? {} : { signal },
    ),
  );
  return { status: response.status, headers: response.headers, data: await response.json() };
}

function linkNext({ headers }: PageResponse): string | undefined {
  const targets = linkTargets(headerValues(headers, 'link').join(', '), 'next');
  // To take it for the last page would lose the others.
  if (targets === undefined) throw new Error('paginate: the Link header is no list of links, <address>; rel="next"');
  return targets[0];
}

/** The error of `URL` would show the query. */
function resolve(address: string, base: URL): URL {
  try {
    return new URL(address, base);
  } catch {
    throw new Error(`paginate: the next address ${safeUrl(address)} is none`);
  }
}

/** A base for addresses that are relative to nothing we know; it never shows. */
const NOWHERE = 'http://relative.invalid/';

/**
 * The items of all pages, one page in memory at a time. Ends at an empty page (page style) or where no next address is
 * given (link and cursor style).
 *
 * @throws TypeError for a body of unknown shape; Error for a Link header or a next address that cannot be read, for an
 *   address that was read already or, unless `allowOtherOrigin`, is of another origin; what the client throws, and the
 *   typed error of a failing status.
 */
export async function* paginate<Item = any>(
  client: PageClient,
  url: string,
  options: PaginateOptions<Item> = {},
): AsyncGenerator<Item, void, undefined> {
  if (typeof client !== 'function' && typeof (client as AxiosLike | null)?.get !== 'function')
    throw new TypeError(`paginate takes a RetryingAxios, an axios instance or a fetch, got ${formatValue(client)}`);
  checkKeys('paginate', options, KEYS);
  const {
    params,
    perPage = 100,
    startPage = 1,
    pageParam = 'page',
    perPageParam = 'per_page',
    next = 'page',
    signal,
    onPage,
    allowOtherOrigin = false,
  } = options;
  const itemsOf = options.items ?? defaultItems;
  checkFunction('paginate: items', itemsOf, 'a function from the body to the list of items');
  if (onPage !== undefined) checkFunction('paginate: onPage', onPage, 'a function that is told of each page');
  if (signal !== undefined) checkSignal('paginate: signal', signal);
  checkWhole('paginate: perPage', perPage, 1);
  checkWhole('paginate: startPage', startPage, 0);
  checkBoolean('paginate: allowOtherOrigin', allowOtherOrigin);
  const maxPages = checkWhole('paginate: maxPages', options.maxPages ?? Infinity, 0, { infinite: true });
  if (next !== 'page' && next !== 'link')
    checkFunction('paginate: next', next, "'page', 'link' or a function of the response");
  const follow = next === 'link' ? linkNext : next === 'page' ? undefined : next;
  const base = (client as { defaults?: { baseURL?: string } }).defaults?.baseURL;
  const first = new URL(fullUrl(url, base), NOWHERE);
  const seen = new Set<string>();
  let here = first;
  let address: string | undefined;
  for (let number = 0; number < maxPages; number += 1) {
    signal?.throwIfAborted();
    const paged = follow === undefined ? { [pageParam]: startPage + number } : undefined;
    // A followed address is complete: nothing is added to it.
    const query = address === undefined ? { ...params, [perPageParam]: perPage, ...paged } : undefined;
    seen.add(new URL(withParams(here.href, query)).href);
    const response = await get(client, address ?? url, query, signal);
    const items = itemsOf(response.data);
    if (!Array.isArray(items))
      throw new TypeError(`paginate: items must answer an array, it answered ${formatValue(items)}`);
    onPage?.({ number: startPage + number, items, response });
    yield* items as Item[];
    // Counting ends at an empty page.
    if (follow === undefined && items.length > 0) continue;
    const following: unknown = follow?.(response);
    if (following === undefined || following === null || following === '') return;
    if (typeof following !== 'string')
      throw new TypeError(`paginate: next must answer an address or undefined, it answered ${formatValue(following)}`);
    here = resolve(following, here);
    if (here.origin !== first.origin && !allowOtherOrigin) {
      throw new Error(
        `paginate: the next address ${safeUrl(here.href)} is of another origin; allowOtherOrigin follows it`,
      );
    }
    if (seen.has(here.href))
      throw new Error(`paginate: the next address ${safeUrl(here.href)} was read already: the pages go in a circle`);
    address = here.href.startsWith(NOWHERE) ? here.href.slice(NOWHERE.length - 1) : here.href;
  }
}
