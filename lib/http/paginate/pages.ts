import { abortReason } from '../../base/abort.js';
import { formatValue } from '../../base/check.js';
import { ignoreRejection } from '../../base/thenable.js';
import { headerValues } from '../../headers/headers.js';
import { linkTargets } from '../../headers/link-header.js';
import { Addresses } from './addresses.js';
import { pageGetter, type GetPage } from './client.js';
import { fingerprint } from './fingerprint.js';
import { itemsOf } from './items.js';
import { lastPage } from './last-page.js';
import { LookAhead, type NumberedPage } from './look-ahead.js';
import type { Plan } from './plan.js';
import type { Requests } from './requests.js';
import type { PageResponse } from './types.js';

/** A page: its items and its response. */
export interface Page {
  readonly items: readonly unknown[];
  readonly response: PageResponse;
}

interface CountedPage extends NumberedPage {
  readonly page: Page | undefined;
}

/** @throws the reason of the reading's signal if it has aborted. */
export function throwIfAborted({ signal }: Plan): void {
  if (signal?.aborted) throw abortReason(signal);
}

/** Reads pages by their numbers until an empty one, with up to `concurrency` requests at once. */
export async function* countedPages(plan: Plan, requests: Requests): AsyncGenerator<Page, void, undefined> {
  const { startPage, maxPages, concurrency } = plan;
  const pages = new LookAhead({ concurrency, maxPages, requests, read: pageReader(plan) });
  let before: string | undefined;
  for (let turn = 0; turn < maxPages; turn += 1) {
    throwIfAborted(plan);
    const { page, isEnd } = await pages.page();
    if (page === undefined) return;
    const print = isEnd ? undefined : (fingerprint(page.items) ?? fingerprint(page.response.data));
    if (print !== undefined && print === before)
      throw new Error(
        `paginate: page ${startPage + turn} has the same items as the page before it: does the API count pages with ${formatValue(plan.pageParam)}?`,
      );
    before = print;
    yield page;
    if (isEnd) return;
    pages.advance();
  }
}

function pageReader(plan: Plan): (index: number, signal: AbortSignal) => Promise<CountedPage> {
  const { url, params, perPage, perPageParam, startPage, pageParam } = plan;
  const get = pageGetter(plan);
  const counting = { pageParam, firstPage: Math.min(startPage, 1) };
  // The server may return fewer items per page than requested.
  let pageSize = 0;
  return async (index, signal) => {
    const query = { ...params, [perPageParam]: perPage, [pageParam]: startPage + index };
    const retrieved = await get({ url, params: query }, signal);
    if (retrieved === undefined) return { page: undefined, isEnd: true, last: undefined };
    const { response } = retrieved;
    const items = itemsOf(response, plan);
    pageSize = Math.max(pageSize, items.length);
    const isEnd = items.length === 0;
    const last = isEnd ? undefined : lastPage(response, pageSize, counting);
    return { page: { items, response }, isEnd, last: last === undefined ? undefined : last - startPage };
  };
}

/** Reads pages in which each names the next one. */
export async function* linkedPages(plan: Plan, requests: Requests): AsyncGenerator<Page, void, undefined> {
  const { maxPages, perPage, perPageParam, next } = plan;
  const params = { ...plan.params, [perPageParam]: perPage };
  const addresses = new Addresses(plan, params);
  const get: GetPage = pageGetter(plan);
  let request: Parameters<GetPage>[0] = { url: String(plan.url), params };
  for (let turn = 0; turn < maxPages; turn += 1) {
    throwIfAborted(plan);
    const current = request;
    const retrieved = await requests.run(turn, (signal) => get(current, signal));
    if (retrieved === undefined) return;
    const { response, address } = retrieved;
    yield { items: itemsOf(response, plan), response };
    const target = next === 'link' ? linkNext(response) : nextOf(response, next as (response: PageResponse) => unknown);
    if (target === undefined) return;
    // The next address is complete, so no parameters are added to it.
    request = { url: addresses.follow(target, next === 'link', address) };
  }
}

function linkNext({ headers }: PageResponse): string | undefined {
  const targets = linkTargets(headerValues(headers, 'link').join(', '), 'next');
  // Ignoring it would end the reading and lose the remaining pages.
  if (targets === undefined) throw new Error('paginate: the Link header is not a list of links, <address>; rel="next"');
  return targets[0] === '' ? undefined : targets[0];
}

function nextOf(response: PageResponse, next: (response: PageResponse) => unknown): string | undefined {
  const target = ignoreRejection(next(response));
  if (target === undefined || target === null || target === '') return undefined;
  if (typeof target === 'string') return target;
  throw new TypeError(`paginate: next must return an address or undefined, it returned ${formatValue(target)}`);
}
