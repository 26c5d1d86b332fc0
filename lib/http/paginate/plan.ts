import {
  checkBoolean,
  checkCallback,
  checkKeys,
  checkSignal,
  checkWhole,
  formatValue,
  isPlain,
} from '../../base/check.js';
import type { AxiosLike, PageClient, PageResponse, PaginateOptions } from './types.js';

const KEYS = [
  'params', 'perPage', 'startPage', 'pageParam', 'perPageParam', 'items', 'next', 'maxPages', 'concurrency', 'endsWith',
  'signal', 'onPage', 'allowOtherOrigin',
]; // prettier-ignore

/** The checked options of one reading, with defaults. */
export interface Plan {
  readonly client: PageClient;
  readonly url: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly perPage: number;
  readonly startPage: number;
  readonly pageParam: string;
  readonly perPageParam: string;
  readonly items: ((body: any) => unknown) | undefined;
  readonly next: 'page' | 'link' | ((response: PageResponse) => unknown);
  readonly maxPages: number;
  readonly concurrency: number;
  readonly endsWith: readonly number[];
  readonly signal: AbortSignal | undefined;
  readonly onPage: PaginateOptions<any>['onPage'];
  readonly allowOtherOrigin: boolean;
}

const DEFAULTS = {
  params: {},
  perPage: 100,
  startPage: 1,
  pageParam: 'page',
  perPageParam: 'per_page',
  next: 'page',
  maxPages: Infinity,
  concurrency: 1,
  endsWith: [],
  allowOtherOrigin: false,
} as const;

export const isAxiosLike = (client: unknown): client is AxiosLike =>
  typeof (client as AxiosLike | null | undefined)?.get === 'function';

/** @throws TypeError or RangeError that names the option and what it takes. */
export function makePlan(client: PageClient, url: string, options: PaginateOptions<any>): Plan {
  if (typeof client !== 'function' && !isAxiosLike(client))
    throw new TypeError(`paginate takes a RetryingAxios, an axios instance or a fetch, got ${formatValue(client)}`);
  checkKeys('paginate', options, KEYS);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plan = { items: undefined, signal: undefined, onPage: undefined, ...DEFAULTS, ...given, client, url } as Plan;
  checkAddress(plan);
  checkPages(plan);
  if (plan.signal !== undefined) checkSignal('paginate: signal', plan.signal);
  if (plan.onPage !== undefined)
    checkCallback('paginate: onPage', plan.onPage, 'a function that is called with each page');
  return plan;
}

function checkAddress({ url, params, pageParam, perPageParam, allowOtherOrigin }: Plan): void {
  // A URL object is allowed, as for fetch.
  if (typeof url !== 'string' && !((url as unknown) instanceof URL))
    throw new TypeError(`paginate takes an address as its second argument, got ${formatValue(url)}`);
  if (typeof params !== 'object' || (params as unknown) === null || !isPlain(params) || Array.isArray(params)) {
    // A text is a query, which may contain a secret.
    const got = typeof params === 'string' ? 'a string' : formatValue(params);
    throw new TypeError(`paginate: params takes an object of names and values, got ${got}`);
  }
  for (const [option, name] of Object.entries({ pageParam, perPageParam })) {
    if (typeof name !== 'string' || name === '')
      throw new TypeError(`paginate: ${option} takes the name of a parameter, got ${formatValue(name)}`);
  }
  checkBoolean('paginate: allowOtherOrigin', allowOtherOrigin);
}

function checkPages({ perPage, startPage, maxPages, items, next, concurrency, endsWith }: Plan): void {
  checkWhole('paginate: perPage', perPage, 1);
  checkWhole('paginate: startPage', startPage, 0);
  checkWhole('paginate: maxPages', maxPages, 0, { infinite: true });
  if (items !== undefined) checkCallback('paginate: items', items, 'a function from the body to the list of items');
  if (next !== 'page' && next !== 'link')
    checkCallback('paginate: next', next, "'page', 'link' or a function of the response");
  checkWhole('paginate: concurrency', concurrency, 1);
  if (concurrency > 1 && next !== 'page')
    throw new TypeError(
      `paginate: concurrency above 1 needs next: 'page'; otherwise each page names the one after it, got ${concurrency}`,
    );
  const isStatus = (status: unknown): boolean =>
    Number.isInteger(status) && Number(status) >= 100 && Number(status) < 600;
  if (!Array.isArray(endsWith) || !endsWith.every(isStatus))
    throw new TypeError(`paginate: endsWith takes a list of statuses ([404]), got ${formatValue(endsWith)}`);
}
