/** What the engines say of a request that got no answer, Node's too; after sindresorhus/is-network-error. */
const MESSAGES =
  /^(Failed to fetch|NetworkError when attempting to fetch resource|Load failed|Network request failed|The Internet connection appears to be offline|The network connection was lost|network error|fetch failed|terminated)/i;

/** What undici says, without a code, of a request that would end the same way another time. */
export const ENDS_THE_SAME =
  /^(unknown scheme|bad port|redirect count exceeded|unexpected redirect|integrity mismatch)$/;

/** The system's and undici's codes; Node's own `ERR_…` are about arguments. */
const CODES = /^(UND_ERR_|E(?!RR_)[A-Z])/;

/**
 * Why fetch got no answer, or `undefined` for what asking again would not mend: fetch throws TypeErrors for bad arguments
 * too.
 */
export function networkReason(error: unknown): string | undefined {
  const { name, message, cause } = (error ?? {}) as { name?: unknown; message?: unknown; cause?: unknown };
  if (name !== 'TypeError' || typeof message !== 'string') return undefined;
  const { code, message: why } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return CODES.test(code) ? code : undefined;
  return ENDS_THE_SAME.test(String(why)) || !MESSAGES.test(message) ? undefined : message;
}
