import { raiseForStatus } from '../errors.js';
import { isAxiosLike, type Plan } from './plan.js';
import { withoutParams, withParams } from './query.js';
import type { AxiosLike, FetchLike, PageResponse } from './types.js';

/** What is asked for: the first address with parameters, or an address that a page named, as it is. */
export interface PageRequest {
  readonly url: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A page's response, and where it came from in the end, if the client knows. */
export interface Retrieved {
  readonly response: PageResponse;
  readonly address: string | undefined;
}

/** Requests a page; resolves with `undefined` for a status of `endsWith`. */
export type GetPage = (request: PageRequest, signal: AbortSignal) => Promise<Retrieved | undefined>;

/**
 * A retrying fetch reads the body within the attempt, under this name, so that a body that breaks off is a network error
 * of the attempt.
 */
const READ = Symbol.for('tenax.fetch.read');
type Read = <T>(url: string, init: RequestInit, read: (response: Response) => Promise<T>) => Promise<T>;

/** The way to request pages of the plan's client. */
export function pageGetter({ client, endsWith }: Plan): GetPage {
  return isAxiosLike(client) ? overAxios(client, endsWith) : overFetch(client as FetchLike, endsWith);
}

const absolute = (address: unknown): string | undefined =>
  typeof address === 'string' && /^https?:\/\//i.test(address) ? address : undefined;

function overFetch(fetch: FetchLike, endsWith: readonly number[]): GetPage {
  const readWithin = (fetch as { [READ]?: Read })[READ];
  const read: Read = readWithin?.bind(fetch) ?? (async (url, init, body) => body(await fetch(url, init)));
  /** Of a failing response the body is left: it belongs to the error. */
  const textOf = async (response: Response): Promise<[Response, unknown]> => {
    if (response.status >= 400 || endsWith.includes(response.status)) return [response, undefined];
    // A stand-in for a Response may have no more than `json`.
    return [response, typeof response.text === 'function' ? await response.text() : { json: await response.json() }];
  };
  return async ({ url, params }, signal) => {
    const [response, body] = await read(params === undefined ? url : withParams(url, params), { signal }, textOf);
    const { status, headers } = response;
    if (endsWith.includes(status)) {
      // It may be a stand-in for a Response.
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
    const config = { ...(request.params === undefined ? asIs(request.url, defaults) : {}), signal };
    if (endsWith.length > 0) Object.assign(config, accepting(endsWith, defaults));
    const response = (await client.get(...asked(request, config, defaults))) as AxiosPage;
    if (endsWith.includes(response.status)) return undefined;
    raiseForStatus(response);
    const { res, responseURL } = response.request ?? {};
    return { response, address: absolute(res?.responseUrl ?? responseURL) };
  };
}

/** In Node the request knows its last address through `res`, in browsers itself. */
interface AxiosPage extends PageResponse {
  readonly request?: { readonly res?: { readonly responseUrl?: unknown }; readonly responseURL?: unknown };
}

type Defaults = NonNullable<AxiosLike['defaults']>;

/** axios adds parameters to what the address has: those that are replaced are taken out of it. */
function asked({ url, params }: PageRequest, config: object, { baseURL }: Defaults): [string, object] {
  if (params === undefined) return [url, config];
  const isBase = url === '' && baseURL?.includes('?') === true;
  return [
    withoutParams(url, params),
    { params, ...config, ...(isBase ? { baseURL: withoutParams(baseURL, params) } : {}) },
  ];
}

/** Has axios request a complete address as it is, whatever its defaults make of addresses. */
function asIs(url: string, { baseURL, allowAbsoluteUrls, params }: Defaults): object {
  const there = new URL(url, 'http://relative.invalid').searchParams;
  const doubled = Object.keys((params as object | undefined) ?? {}).filter((name) => there.has(name));
  return {
    ...(baseURL === undefined || baseURL === '' ? {} : { baseURL: '' }),
    ...(allowAbsoluteUrls === false ? { allowAbsoluteUrls: true } : {}),
    ...(doubled.length === 0 ? {} : { params: Object.fromEntries(doubled.map((name) => [name, null])) }),
  };
}

/** Has axios resolve for these statuses too; a retrying client still decides on retries by the status. */
function accepting(endsWith: readonly number[], { validateStatus }: Defaults): object {
  if (validateStatus === null) return {};
  const accepts = validateStatus ?? ((status: number): boolean => status >= 200 && status < 300);
  return { validateStatus: (status: number) => endsWith.includes(status) || accepts(status) };
}
