import { safeUrl } from '../url.js';
import { isAxiosLike, type Plan } from './plan.js';
import { withParams } from './query.js';

/** A base for addresses that are relative to nothing we know; it is never shown. */
const NOWHERE = 'http://relative.invalid/';
const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/** As axios joins an address to its `baseURL`. */
const join = (base: string, url: string): string =>
  url === '' ? base : `${base.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;

/** The error of `URL` would show the query. */
function parse(address: string, base: string | URL): URL {
  try {
    return new URL(address, base);
  } catch {
    throw new Error(`paginate: the next address ${safeUrl(address)} is not an address`);
  }
}

/** The addresses that one reading follows, from the first on. */
export class Addresses {
  readonly #first: URL;
  readonly #base: string;
  readonly #allowOtherOrigin: boolean;
  readonly #seen = new Set<string>();
  /** The address of the last page that was requested. */
  #here: URL;

  /** @param params those of the first request */
  constructor({ client, url, allowOtherOrigin }: Plan, params: Readonly<Record<string, unknown>>) {
    const { baseURL = '', allowAbsoluteUrls } = (isAxiosLike(client) ? client.defaults : undefined) ?? {};
    const text = String(url);
    const isUnderBase = baseURL !== '' && (allowAbsoluteUrls === false || !ABSOLUTE.test(text));
    this.#first = new URL(withParams(isUnderBase ? join(baseURL, text) : text, params), NOWHERE);
    this.#base = baseURL;
    this.#allowOtherOrigin = allowOtherOrigin;
    this.#here = this.#first;
    this.#seen.add(this.#first.href);
  }

  /**
   * The next address, complete, as the client is to request it.
   *
   * @param target what the page named
   * @param isLink a Link's target, which is relative to the page (RFC 3986); others are read as the first address was
   * @param retrieved where the page came from in the end, if the client knows: after redirects
   * @throws Error for one that cannot be read, was read already or, unless allowed, is of another origin
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
    // Servers leave out the credentials that they were addressed with.
    if (next.origin === origin && next.username === '' && next.password === '')
      Object.assign(next, { username, password });
    if (this.#seen.has(next.href))
      throw new Error(`paginate: the next address ${safeUrl(next.href)} was read already: the pages go in a circle`);
    this.#seen.add(next.href);
    this.#here = next;
    return next.href.startsWith(NOWHERE) ? next.href.slice(NOWHERE.length - 1) : next.href;
  }

  /** Reads an address as the client would: under its `baseURL`, path included. A query alone belongs to the page. */
  #underBase(target: string): string {
    if (this.#base === '' || ABSOLUTE.test(target) || /^[?#]/.test(target)) return target;
    const { origin, pathname } = new URL(this.#base, NOWHERE);
    const root = pathname.replace(/\/+$/, '');
    // A base that has no part in these pages, or whose path the server has put in front itself.
    if (origin !== this.#first.origin || (root !== '' && `${target.replace(/[?#].*/s, '')}/`.startsWith(`${root}/`)))
      return target;
    return join(this.#base, target);
  }
}
