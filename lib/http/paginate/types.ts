/** A page's response: axios' own; or status, `Headers` and body of a fetch Response, read as JSON (an empty body is `''`). */
export interface PageResponse {
  readonly status: number;
  readonly headers: any;
  readonly data: any;
}

/** The part of an axios instance or a RetryingAxios that `paginate` uses. */
export interface AxiosLike {
  get(url: string, config: object): Promise<any>;
  readonly defaults?: {
    readonly baseURL?: string | undefined;
    readonly allowAbsoluteUrls?: boolean | undefined;
    readonly params?: unknown;
    readonly validateStatus?: ((status: number) => boolean) | null | undefined;
  };
}

/** A function like `fetch`, as `paginate` calls it. */
export type FetchLike = (url: string, init?: RequestInit) => Promise<Response>;

/** A RetryingAxios, an axios instance, or a fetch. */
export type PageClient = Pick<AxiosLike, 'get'> | FetchLike;

/** Options of `paginate`. */
export interface PaginateOptions<Item> {
  /** Query parameters of the first address. They replace its parameters of the same names. Default: no parameters. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** The number of items to request per page. Default 100. */
  readonly perPage?: number | undefined;
  /** The number of the first page. Default 1. */
  readonly startPage?: number | undefined;
  /** The parameter with the number of the page. Default `page`. */
  readonly pageParam?: string | undefined;
  /** The parameter with the number of items per page. Default `per_page`. */
  readonly perPageParam?: string | undefined;
  /** Returns the items of a body. Default: the body if it is an array, otherwise its `items`, `results` or `data`. */
  readonly items?: ((body: any) => readonly Item[]) | undefined;
  /** `page` counts pages, `link` follows the Link header (RFC 8288), a function returns the next address. Default `page`. */
  readonly next?: 'page' | 'link' | ((response: PageResponse) => string | undefined | null) | undefined;
  /** The most pages to request. Default: no limit. */
  readonly maxPages?: number | undefined;
  /** How many pages are requested at once and kept in memory, in page style. Default 1. */
  readonly concurrency?: number | undefined;
  /** Statuses that mean the end, such as 404 in some APIs. Default: no status. */
  readonly endsWith?: readonly number[] | undefined;
  /** Ends the reading at once when it aborts, even within a page, and aborts the requests in progress. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each page, in order, before its items. If it returns a promise, the items wait for it. */
  readonly onPage?:
    | ((page: { readonly number: number; readonly items: readonly Item[]; readonly response: PageResponse }) => unknown)
    | undefined;
  /** True follows a next address of another origin, and sends your credentials there. Default false. */
  readonly allowOtherOrigin?: boolean | undefined;
}
