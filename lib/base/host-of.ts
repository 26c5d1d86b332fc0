/** The part of a request that names its host: an axios config has it, and what `retryingFetch` passes on. */
export interface HostedRequest {
  readonly url?: string | undefined;
  readonly baseURL?: string | undefined;
}

const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/** The host that a request goes to; `''` for all whose address names none. */
export function hostOf({ url, baseURL }: HostedRequest): string {
  const address = [url, baseURL].find((each) => ABSOLUTE.test(String(each)));
  // One that begins with // leaves only the scheme open.
  return address !== undefined && URL.canParse(address, 'http://x') ? new URL(address, 'http://x').host : '';
}
