import { isOwnRefusal } from '../../call/gate.js';
import { headerValues } from '../../headers/headers.js';

/** Methods whose repetition does no harm (RFC 9110, section 9.2.2, and RFC 10008 for QUERY). */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY'];

/** Codes of requests that were never sent: no address, no connection. `ConnectionRefused` is Bun's. */
const NEVER_SENT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ConnectionRefused'];

/** A stream of HTTP/2 that the server did not look at (RFC 9113, section 8.7), and what Deno says instead of a code. */
const NEVER_SENT_TEXT = /NGHTTP2_REFUSED_STREAM|\(Connect\): (?:tcp connect error: Connection refused|dns error)/;

/** True if a request may be sent again though the server may have acted on it. */
export function isRepeatable(method: string, headers: unknown, methods: readonly string[] | undefined): boolean {
  const name = method.toUpperCase();
  if ((methods ?? IDEMPOTENT).some((each) => each.toUpperCase() === name)) return true;
  return headerValues(headers, 'idempotency-key').some((key) => key.trim() !== '');
}

/**
 * True if the request was certainly never sent, so that trying again is safe for every method and body.
 *
 * @param redirected whether a redirect was followed: then an earlier hop has received the request. By default what the
 * error itself tells.
 */
export function wasNeverSent(
  error: unknown,
  { redirected }: { readonly redirected?: boolean | undefined } = {},
): boolean {
  return isOwnRefusal(error) || (!(redirected ?? tellsRedirect(error)) && wasNotConnected(error));
}

/** undici and happy eyeballs hide the code in causes and aggregates, Slack in `original`, Stripe in `detail`. */
function wasNotConnected(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, message, cause, errors, original, detail } = error as Record<string, unknown>;
  if (typeof code === 'string' && NEVER_SENT.includes(code)) return true;
  if (typeof message === 'string' && NEVER_SENT_TEXT.test(message)) return true;
  if (Array.isArray(errors) && errors.length > 0 && errors.every((each) => wasNotConnected(each, depth + 1)))
    return true;
  return [cause, original, detail].some((each) => wasNotConnected(each, depth + 1));
}

/** True if the request behind an error counts redirects: axios' http adapter and got do. */
export function tellsRedirect(error: unknown): boolean {
  const { request } = (error ?? {}) as { request?: unknown };
  const { _redirectCount: count, redirectUrls } = (request ?? {}) as {
    _redirectCount?: unknown;
    redirectUrls?: unknown;
  };
  return (typeof count === 'number' && count > 0) || (Array.isArray(redirectUrls) && redirectUrls.length > 0);
}
