import type { Attributes } from '@opentelemetry/api';
import type { RetryCallState } from '../call/call-state.js';

/** The request of a call of tenax's HTTP clients. */
interface HttpCall {
  readonly method: string;
  readonly url: string;
}

/** The request of a call; undefined if the call is not one of an HTTP client. */
export function httpCallOf({ self }: RetryCallState): HttpCall | undefined {
  if (typeof self !== 'object' || self === null || !('facts' in self)) return undefined;
  const { facts, url } = self as { facts?: unknown; url?: unknown };
  const { method } = (facts ?? {}) as { method?: unknown };
  return typeof method === 'string' && typeof url === 'string' ? { method, url } : undefined;
}

/**
 * The attributes of a call in metrics, by OpenTelemetry's semantic conventions. They have few different values, so they leave
 * out a URL's path, and they contain no secrets.
 */
export function attributesOf(state: RetryCallState): Attributes {
  const http = httpCallOf(state);
  if (http === undefined) return { 'code.function.name': state.fnName };
  // An IPv6 address is in brackets.
  const host = /^[a-z]+:\/\/(?:\[([^\]]+)|([^/:]+))/i.exec(http.url)?.slice(1).find(Boolean);
  return { 'http.request.method': http.method, ...(host === undefined ? {} : { 'server.address': host }) };
}

/** The value of `error.type`: the status of an error, or its name. */
export function errorType(error: unknown): string {
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number') return String(status);
  return error instanceof Error ? error.name : '_OTHER';
}
