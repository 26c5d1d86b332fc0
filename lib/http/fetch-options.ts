import { checkFunction } from '../base/check.js';
import type { HttpRetryOptions } from './client-options.js';

/** How `retryingFetch` retries. */
export interface FetchRetryOptions extends HttpRetryOptions {
  /** Called for every attempt, with a copy of the init and its headers: the place for fresh credentials. */
  readonly beforeAttempt?:
    ((init: RequestInit & { headers: Headers }, attempt: number) => RequestInit | Promise<RequestInit>) | undefined;
  /**
   * Sends one Idempotency-Key with every attempt of a call, which makes it safe to retry: `true` for POST and PATCH a
   * random UUID, a function for what it answers.
   */
  readonly idempotencyKey?: boolean | ((init: RequestInit & { headers: Headers }) => string) | undefined;
}

/** Throws for what is none of the two options. */
export function checkFetchOptions({ beforeAttempt, idempotencyKey }: FetchRetryOptions): void {
  if (beforeAttempt !== undefined) {
    checkFunction('beforeAttempt', beforeAttempt, 'a function of the init and the number of the attempt');
  }
  if (idempotencyKey !== undefined && typeof idempotencyKey !== 'boolean') {
    checkFunction('idempotencyKey', idempotencyKey, 'true or a function that answers the key');
  }
}

/** Puts the key of a call into its headers, unless it has one. */
export function setIdempotencyKey(
  key: FetchRetryOptions['idempotencyKey'],
  method: string,
  init: RequestInit & { headers: Headers },
): void {
  if (key === undefined || key === false || init.headers.has('idempotency-key')) return;
  if (typeof key === 'function') init.headers.set('idempotency-key', key(init));
  else if (method === 'POST' || method === 'PATCH') init.headers.set('idempotency-key', globalThis.crypto.randomUUID());
}
