/** An address that may be shown: without credentials, query and fragment. */
export function safeUrl(url: string, baseURL?: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  const full =
    absolute || baseURL === undefined || baseURL === ''
      ? url
      : `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;
  const end = full.search(/[?#]/);
  return (end < 0 ? full : full.slice(0, end)).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}
