import { isOwnRefusal } from '../../call/gate.js';
import { behind } from '../../headers/error-chain.js';
import { headerValues } from '../../headers/headers.js';

/** Methods whose repetition does no harm (RFC 9110, section 9.2.2, and RFC 10008 for QUERY). */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY'];

/** Error codes of requests that were never sent: no address or no connection. `ConnectionRefused` is Bun's. */
const NEVER_SENT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ConnectionRefused'];

/** An HTTP/2 stream that the server did not process (RFC 9113, section 8.7), and Deno's messages, which have no code. */
const NEVER_SENT_TEXT = /NGHTTP2_REFUSED_STREAM|\(Connect\): (?:tcp connect error: Connection refused|dns error)/;

/** True if a request may be sent again even if the server may have acted on it. */
export function isRepeatable(method: string, headers: unknown, methods: readonly string[] | undefined): boolean {
  const name = method.toUpperCase();
  if ((methods ?? IDEMPOTENT).some((each) => each.toUpperCase() === name)) return true;
  return headerValues(headers, 'idempotency-key').some((key) => key.trim() !== '');
}

/**
 * True if the request was certainly never sent, so that a retry is safe for every method and body.
 *
 * @param redirected Whether a redirect was followed, so that an earlier hop has received the request. Default: what the error
 *   itself shows.
 */
export function wasNeverSent(
  error: unknown,
  { redirected }: { readonly redirected?: boolean | undefined } = {},
): boolean {
  return isOwnRefusal(error) || (!(redirected ?? showsRedirect(error)) && wasNotConnected(error));
}

/** Looks for the code in the chain of errors too. Of an AggregateError, every attempt to connect must have failed. */
function wasNotConnected(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, message, errors } = error as Record<string, unknown>;
  if (typeof code === 'string' && NEVER_SENT.includes(code)) return true;
  if (typeof message === 'string' && NEVER_SENT_TEXT.test(message)) return true;
  if (Array.isArray(errors) && errors.length > 0 && errors.every((each) => wasNotConnected(each, depth + 1)))
    return true;
  return behind(error).some((each) => wasNotConnected(each, depth + 1));
}

/** True if an error's request has followed redirects, as those of axios' http adapter and of got show. */
export function showsRedirect(error: unknown): boolean {
  const { request } = (error ?? {}) as { request?: unknown };
  const { _redirectCount: count, redirectUrls } = (request ?? {}) as {
    _redirectCount?: unknown;
    redirectUrls?: unknown;
  };
  return (typeof count === 'number' && count > 0) || (Array.isArray(redirectUrls) && redirectUrls.length > 0);
}
