import { isAbsoluteUrl, joinUrl, safeUrl } from '../url.js';
import { isAxiosLike, type Plan } from './plan.js';
import { withParams } from './query.js';

/** The base of relative addresses whose real base is not known. It is never shown. */
const NOWHERE = 'http://relative.invalid/';

/** Parses an address. The error of `URL` itself would show the query. */
function parse(address: string, base: string | URL): URL {
  try {
    return new URL(address, base);
  } catch {
    throw new Error(`paginate: the next address ${safeUrl(address)} is not an address`);
  }
}

/** The addresses of the pages of one reading, in which each page names the next. */
export class Addresses {
  readonly #first: URL;
  readonly #base: string;
  readonly #allowOtherOrigin: boolean;
  readonly #seen = new Set<string>();
  /** The address of the last page that was requested. */
  #here: URL;

  /** @param params The parameters of the first request. */
  constructor({ client, url, allowOtherOrigin }: Plan, params: Readonly<Record<string, unknown>>) {
    const { baseURL = '', allowAbsoluteUrls } = (isAxiosLike(client) ? client.defaults : undefined) ?? {};
    const text = String(url);
    const isUnderBase = baseURL !== '' && (allowAbsoluteUrls === false || !isAbsoluteUrl(text));
    this.#first = new URL(withParams(isUnderBase ? joinUrl(baseURL, text) : text, params), NOWHERE);
    this.#base = baseURL;
    this.#allowOtherOrigin = allowOtherOrigin;
    this.#here = this.#first;
    this.#seen.add(this.#first.href);
  }

  /**
   * Returns the complete next address for the client to request.
   *
   * @param target The address that the page named.
   * @param isLink True for the target of a Link header, which is relative to the page (RFC 3986). Others are read as the first
   *   address was.
   * @param retrieved The page's address after redirects, if the client knows it.
   * @throws Error for an address that cannot be parsed, was read already or, unless allowed, is of another origin.
   */
  follow(target: string, isLink: boolean, retrieved: string | undefined): string {
    const page = retrieved !== undefined && this.#first.origin !== new URL(NOWHERE).origin ? retrieved : this.#here;
    const next = parse(isLink ? target : this.#underBase(target), page);
    next.hash = '';
    const { origin, username, password } = this.#first;
    if (next.origin !== origin && !this.#allowOtherOrigin)
      throw new Error(
        `paginate: the next address ${safeUrl(next.href)} is of another origin; allowOtherOrigin follows it`,
      );
    // Servers leave out the credentials of the request.
    if (next.origin === origin && next.username === '' && next.password === '')
      Object.assign(next, { username, password });
    if (this.#seen.has(next.href))
      throw new Error(`paginate: the next address ${safeUrl(next.href)} was read already: the pages go in a circle`);
    this.#seen.add(next.href);
    this.#here = next;
    return next.href.startsWith(NOWHERE) ? next.href.slice(NOWHERE.length - 1) : next.href;
  }

  /** Resolves an address as the client would: under the path of its `baseURL`. A bare query is relative to the page. */
  #underBase(target: string): string {
    if (this.#base === '' || isAbsoluteUrl(target) || /^[?#]/.test(target)) return target;
    const { origin, pathname } = new URL(this.#base, NOWHERE);
    const root = pathname.replace(/\/+$/, '');
    // The pages are not under this base, or the server has already added the base's path.
    if (origin !== this.#first.origin || (root !== '' && `${target.replace(/[?#].*/s, '')}/`.startsWith(`${root}/`)))
      return target;
    return joinUrl(this.#base, target);
  }
}
