const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;
const CREDENTIALS = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/]*@/i;

/** An address under the base that a client has, put together as axios does. */
export function fullUrl(url: string, baseURL = ''): string {
  if (baseURL === '' || ABSOLUTE.test(url)) return url;
  return url === '' ? baseURL : `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;
}

/** An address that may be shown: without credentials, query and fragment. */
export function safeUrl(url: string, baseURL?: string): string {
  return fullUrl(url, baseURL)
    .replace(/[?#].*/s, '')
    .replace(CREDENTIALS, '$1');
}
