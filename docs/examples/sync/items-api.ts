import LinkHeader from 'http-link-header';
import { stop, wait, type RateLimiter, type RetryCallState } from 'tenax';
import { RetryingAxios } from 'tenax/axios';
import { paginate, type PageResponse } from 'tenax/http';
import { retryOf, type Retry } from './retries';

/** What is read next: a page by its number, or by the address that the page before it named. */
export interface Position {
  readonly page: number;
  readonly next?: string | undefined;
}

export interface Page {
  readonly items: readonly unknown[];
  /** How many items there are in all, if the API says so. */
  readonly total: number | undefined;
  /** `null` after the last page. */
  readonly after: Position | null;
}

export interface ItemsApiOptions {
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly limiter: RateLimiter;
  readonly perPage: number;
  readonly concurrency: number;
  /** Where a body has its items, as a dotted path. Default: the body itself, its `items`, `results` or `data`. */
  readonly items?: string | undefined;
  /** Where a body names the next address, as a dotted path. Default: the Link header, or `next`. */
  readonly next?: string | undefined;
  readonly onRequest?: () => void;
  readonly onRetry?: (retry: Retry) => void;
}

/** A service class over somebody's paginated API: one client that retries, under one limit. */
export class ItemsApi {
  private readonly client: RetryingAxios;

  constructor(private readonly options: ItemsApiOptions) {
    const { headers, limiter, onRequest, onRetry } = options;
    this.client = new RetryingAxios(
      { headers, timeout: 10_000 },
      {
        limiter,
        stop: stop.afterAttempt(10),
        wait: wait.retryAfter({ fallback: wait.fullJitter({ initial: 200, max: 5_000 }) }),
        beforeAttempt: (config) => {
          onRequest?.();
          return config;
        },
        beforeSleep: (state: RetryCallState) => onRetry?.(retryOf(state)),
      },
    );
  }

  /** Reads all pages from `from` on, and hands them over in order. */
  async read(from: Position, onPage: (page: Page) => void, signal?: AbortSignal): Promise<void> {
    const { perPage, concurrency, url } = this.options;
    const first = from.next ?? url;
    const params = from.next === undefined ? { page: from.page, per_page: perPage } : undefined;
    // Its answer tells how the API names its pages.
    const answer = await this.client.get<unknown>(first, { params, signal });
    const following = this.next(answer);
    const isCounted = from.next === undefined && (following === undefined || this.isNumbered(following, from.page + 1));
    let here = first;
    let missing: number | undefined;
    const pages = paginate(this.startingWith(answer), first, {
      perPage,
      startPage: from.page,
      items: (body) => this.items(body),
      next: isCounted ? 'page' : (response) => this.next(response),
      concurrency: isCounted ? concurrency : 1,
      // Some APIs have no page after the one that names no next.
      endsWith: isCounted && following !== undefined ? [404] : [],
      signal,
      onPage: ({ number, items, response }) => {
        const named = this.next(response);
        const next = named && this.resolve(named, here);
        if (!isCounted && next) here = next;
        const isLast = isCounted ? items.length === 0 || named === null : !next;
        missing = isCounted && next ? number + 1 : undefined;
        const after = isLast ? null : { page: number + 1, next: isCounted ? undefined : here };
        onPage({ items, total: totalOf(response), after });
      },
    });
    for await (const _item of pages);
    if (missing !== undefined) throw new Error(`page ${missing} is not there, though page ${missing - 1} names it`);
  }

  /** One page by its number. */
  async page(page: number, signal?: AbortSignal): Promise<Pick<Page, 'items' | 'total'>> {
    const params = { page, per_page: this.options.perPage };
    const answer = await this.client.get<unknown>(this.options.url, { params, signal });
    return { items: answer.data === '' ? [] : this.items(answer.data), total: totalOf(answer) };
  }

  /** The client, with the first page in hand. */
  private startingWith(answer: unknown): Pick<RetryingAxios, 'get'> {
    let first = answer;
    return {
      get: async (url, config) => {
        const response = first ?? (await this.client.get(url, config));
        first = undefined;
        return response as never;
      },
    };
  }

  private items(body: unknown): readonly unknown[] {
    const { items: path } = this.options;
    const found =
      path === undefined ? [body, ...['items', 'results', 'data'].map((key) => at(body, key))] : [at(body, path)];
    const list = found.find((each) => Array.isArray(each));
    if (list === undefined)
      throw new TypeError(
        `the answer holds no list of items${path === undefined ? '; --items tells where it is' : ` at ${path}`}`,
      );
    return list as unknown[];
  }

  /** The address of the next page; `null` where the API says that there is none; `undefined` where it says nothing. */
  private next({ headers, data }: Pick<PageResponse, 'headers' | 'data'>): string | null | undefined {
    if (this.options.next !== undefined) return textOf(at(data, this.options.next)) ?? null;
    const link = LinkHeader.parse(String((headers as { link?: string }).link ?? ''));
    const inBody = at(data, 'next');
    const address = link.rel('next')[0]?.uri ?? textOf(inBody);
    if (address !== undefined) return address;
    // A Link header of other things, a preload or a licence, says nothing of pages.
    const isOfPages = ['first', 'prev', 'previous', 'last'].some((rel) => link.rel(rel).length > 0);
    return isOfPages || inBody === null || inBody === '' ? null : undefined;
  }

  /** Whether an address is the one that counting would come to: then pages can be requested ahead. */
  private isNumbered(address: string | null, page: number): boolean {
    if (address === null) return false;
    const { origin, pathname, searchParams } = new URL(address, this.options.url);
    const own = new URL(this.options.url);
    return origin === own.origin && pathname === own.pathname && searchParams.get('page') === String(page);
  }

  /** A complete address, with the credentials of the API's own. */
  private resolve(address: string, base: string): string {
    const { username, password, origin } = new URL(this.options.url);
    const resolved = new URL(address, base);
    return resolved.origin === origin ? Object.assign(resolved, { username, password }).href : resolved.href;
  }
}

/** What a body has at a dotted path. */
const at = (body: unknown, path: string): unknown =>
  path.split('.').reduce<any>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], body);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function totalOf({ headers, data }: PageResponse): number | undefined {
  const total = Number(at(data, 'total') ?? (headers as Record<string, unknown>)['x-total-count'] ?? NaN);
  return Number.isSafeInteger(total) ? total : undefined;
}
