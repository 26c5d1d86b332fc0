import { headerValues } from '../../headers/headers.js';

/** Methods whose repetition does no harm (RFC 9110, section 9.2.2). */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/** Codes of requests that certainly never left: no address, no connection. */
const NEVER_LEFT = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'];

/** Whether a request may be sent again though the server may have acted on it. */
export function mayRepeat(method: string, headers: unknown, methods: readonly string[] | undefined): boolean {
  const name = method.toUpperCase();
  if ((methods ?? IDEMPOTENT).some((each) => each.toUpperCase() === name)) return true;
  return headerValues(headers, 'idempotency-key').some((key) => key.trim() !== '');
}

/** Whether the request certainly never left; undici and happy eyeballs hide the code in causes and aggregates. */
export function neverLeft(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string' && NEVER_LEFT.includes(code)) return true;
  if (Array.isArray(errors) && errors.length > 0 && errors.every((each) => neverLeft(each, depth + 1))) return true;
  return neverLeft(cause, depth + 1);
}
