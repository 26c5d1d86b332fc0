import type { Attributes } from '@opentelemetry/api';
import type { RetryCallState } from '../call/call-state.js';

/** A call that an HTTP client of tenax makes: the request is its `this`. */
interface HttpCall {
  readonly method: string;
  readonly url: string;
}

/** The request of a call, if it is one. */
export function httpCallOf({ self }: RetryCallState): HttpCall | undefined {
  if (typeof self !== 'object' || self === null || !('facts' in self)) return undefined;
  const { facts, url } = self as { facts?: unknown; url?: unknown };
  const { method } = (facts ?? {}) as { method?: unknown };
  return typeof method === 'string' && typeof url === 'string' ? { method, url } : undefined;
}

/**
 * What a call is counted under, after OpenTelemetry's semantic conventions: few values, so no path of a URL; and no secret.
 */
export function attributesOf(state: RetryCallState): Attributes {
  const http = httpCallOf(state);
  if (http === undefined) return { 'code.function.name': state.fnName };
  // An IPv6 address stands in brackets.
  const host = /^[a-z]+:\/\/(?:\[([^\]]+)|([^/:]+))/i.exec(http.url)?.slice(1).find(Boolean);
  return { 'http.request.method': http.method, ...(host === undefined ? {} : { 'server.address': host }) };
}

/** `error.type`: the class of an error, or its status. */
export function errorType(error: unknown): string {
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number') return String(status);
  return error instanceof Error ? error.name : '_OTHER';
}
