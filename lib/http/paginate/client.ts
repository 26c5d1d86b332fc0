import { formatValue } from '../../base/check.js';
import { raiseForStatus } from '../errors.js';
import { isAxiosLike, type Plan } from './plan.js';
import { withoutParams, withParams } from './query.js';
import { READ } from '../fetch/read-within.js';
import type { AxiosLike, FetchLike, PageResponse } from './types.js';

/** A request for a page: the first address with parameters, or the complete address that a page named. */
export interface PageRequest {
  readonly url: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A page's response, and its address after redirects, if the client knows it. */
export interface Retrieved {
  readonly response: PageResponse;
  readonly address: string | undefined;
}

/** Requests a page; resolves with `undefined` for a status of `endsWith`. */
export type GetPage = (request: PageRequest, signal: AbortSignal) => Promise<Retrieved | undefined>;

type Read = <T>(url: string, init: RequestInit, read: (response: Response) => Promise<T>) => Promise<T>;

/** Returns a function that requests pages with the plan's client. */
export function pageGetter({ client, endsWith }: Plan): GetPage {
  return isAxiosLike(client) ? overAxios(client, endsWith) : overFetch(client as FetchLike, endsWith);
}

const absolute = (address: unknown): string | undefined =>
  typeof address === 'string' && /^https?:\/\//i.test(address) ? address : undefined;

function overFetch(fetch: FetchLike, endsWith: readonly number[]): GetPage {
  const readWithin = (fetch as { [READ]?: Read })[READ];
  const read: Read = readWithin?.bind(fetch) ?? (async (url, init, body) => body(await fetch(url, init)));
  /** Reads the body, except that of a failed response, which belongs to the error. */
  const textOf = async (response: Response): Promise<[Response, unknown]> => {
    if (typeof (response as Partial<Response> | null | undefined)?.status !== 'number') {
      throw new TypeError(`paginate: fetch must resolve with a Response, it resolved with ${formatValue(response)}`);
    }
    if (response.status >= 400 || endsWith.includes(response.status)) return [response, undefined];
    // A mock of a Response may have only `json`.
    return [response, typeof response.text === 'function' ? await response.text() : { json: await response.json() }];
  };
  return async ({ url, params }, signal) => {
    const [response, body] = await read(params === undefined ? url : withParams(url, params), { signal }, textOf);
    const { status, headers } = response;
    if (endsWith.includes(status)) {
      // The response may be a mock without a body.
      await (response.body as { cancel?: () => Promise<void> } | null | undefined)?.cancel?.().catch(() => undefined);
      return undefined;
    }
    raiseForStatus(response);
    const data: unknown = typeof body === 'string' ? parsed(body) : (body as { json: unknown }).json;
    return { response: { status, headers, data }, address: absolute(response.url) };
  };
}

/** An empty body is `''`, as it is in axios. */
const parsed = (text: string): unknown => (text.trim() === '' ? '' : JSON.parse(text));

function overAxios(client: AxiosLike, endsWith: readonly number[]): GetPage {
  return async (request, signal) => {
    const { defaults = {} } = client;
    const config = { ...(request.params === undefined ? unchangedUrl(request.url, defaults) : {}), signal };
    if (endsWith.length > 0) Object.assign(config, accepting(endsWith, defaults));
    const response = checkPage(await client.get(...getArguments(request, config, defaults)));
    if (endsWith.includes(response.status)) return undefined;
    raiseForStatus(response);
    const { res, responseURL } = response.request ?? {};
    return { response, address: absolute(res?.responseUrl ?? responseURL) };
  };
}

/** The request knows the address after redirects: in Node through `res`, in browsers itself. */
interface AxiosPage extends PageResponse {
  readonly request?: { readonly res?: { readonly responseUrl?: unknown }; readonly responseURL?: unknown };
}

/**
 * Other clients have a `get` too, and interceptors may return the body alone: such a page would pass for an empty one.
 *
 * @throws TypeError for anything but a response of axios.
 */
function checkPage(response: unknown): AxiosPage {
  const { status } = (response ?? {}) as Partial<AxiosPage>;
  if (typeof status === 'number' && (status === 204 || 'data' in (response as object))) return response as AxiosPage;
  throw new TypeError(`paginate: get must resolve with a response of axios, it resolved with ${formatValue(response)}`);
}

type Defaults = NonNullable<AxiosLike['defaults']>;

/** The arguments of `client.get`. axios adds parameters to those of the address, so replaced ones are removed from it. */
function getArguments({ url, params }: PageRequest, config: object, { baseURL }: Defaults): [string, object] {
  if (params === undefined) return [url, config];
  const isBase = url === '' && baseURL?.includes('?') === true;
  return [
    withoutParams(url, params),
    { params, ...config, ...(isBase ? { baseURL: withoutParams(baseURL, params) } : {}) },
  ];
}

/** A config with which axios requests a complete address unchanged, whatever its defaults are. */
function unchangedUrl(url: string, { baseURL, allowAbsoluteUrls, params }: Defaults): object {
  const there = new URL(url, 'http://relative.invalid').searchParams;
  const doubled = Object.keys((params as object | undefined) ?? {}).filter((name) => there.has(name));
  return {
    ...(baseURL === undefined || baseURL === '' ? {} : { baseURL: '' }),
    ...(allowAbsoluteUrls === false ? { allowAbsoluteUrls: true } : {}),
    ...(doubled.length === 0 ? {} : { params: Object.fromEntries(doubled.map((name) => [name, null])) }),
  };
}

/** A config with which axios also resolves for these statuses. A retrying client still decides by the status. */
function accepting(endsWith: readonly number[], { validateStatus }: Defaults): object {
  if (validateStatus === null) return {};
  const accepts = validateStatus ?? ((status: number): boolean => status >= 200 && status < 300);
  return { validateStatus: (status: number) => endsWith.includes(status) || accepts(status) };
}
