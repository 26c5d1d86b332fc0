const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;
/** Credentials with a slash, "?" or "#" in the password: what follows the colon is no port. */
const BROKEN_CREDENTIALS = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/?#@:[]*:(?!\d*(?:[/?#]|$))[^@]*@/i;
const CREDENTIALS = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/]*@/i;

/** Whether an address has a scheme, or at least a host. */
export const isAbsoluteUrl = (url: string): boolean => ABSOLUTE.test(url);

/** Appends an address to a base, as axios does. */
export const joinUrl = (base: string, url: string): string =>
  url === '' ? base : `${base.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;

/** The full address of a request: under the client's base, unless it is absolute. */
export const fullUrl = (url: string, baseURL = ''): string =>
  baseURL === '' || isAbsoluteUrl(url) ? url : joinUrl(baseURL, url);

/** An address without secrets: without credentials, query and fragment. */
export function safeUrl(url: string, baseURL?: string): string {
  return fullUrl(url, baseURL)
    .replace(BROKEN_CREDENTIALS, '$1')
    .replace(/[?#].*/s, '')
    .replace(CREDENTIALS, '$1');
}
