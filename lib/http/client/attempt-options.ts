import { checkCallback, formatValue } from '../../base/check.js';
import { ignoreRejection } from '../../base/thenable.js';

/**
 * Options of HTTP clients about each attempt. `Given` is the request that `beforeAttempt` receives, `Sent` the request that it
 * returns.
 */
export interface AttemptOptions<Given, Sent = Given> {
  /** Called before every attempt with a copy of the request. It returns the request to send, with fresh credentials, say. */
  readonly beforeAttempt?: ((request: Given, attempt: number) => Sent | Promise<Sent>) | undefined;
  /**
   * Sends the same Idempotency-Key with every attempt of a call, so that the request may be retried. `true` sends a random
   * UUID with POST and PATCH; a function returns the key. Use it only if the server honours such keys.
   */
  readonly idempotencyKey?: boolean | ((request: Given) => string) | undefined;
}

/** @throws TypeError for a wrong value of one of the two options. */
export function checkAttemptOptions({ beforeAttempt, idempotencyKey }: AttemptOptions<never, unknown>): void {
  if (beforeAttempt !== undefined) {
    checkCallback('beforeAttempt', beforeAttempt, 'a function of the request and the number of the attempt');
  }
  if (idempotencyKey !== undefined && typeof idempotencyKey !== 'boolean') {
    checkCallback('idempotencyKey', idempotencyKey, 'true or a function of the request that returns the key');
  }
}

/** @throws TypeError for an empty key, with which a server would confuse requests, and for a value that is not a string. */
function checkKey(key: unknown): string {
  if (typeof key === 'string' && key.trim() !== '') return key;
  throw new TypeError(`idempotencyKey must return a text that is not empty, it returned ${formatValue(key)}`);
}

/** The part of `Headers` and `AxiosHeaders` that sets a header. */
export interface WritableHeaders {
  has(name: string): boolean;
  set(name: string, value: string): unknown;
}

/**
 * Adds the Idempotency-Key of a call to its headers, unless they have one.
 *
 * @param method The method in capitals.
 * @throws TypeError if the function returns anything but a key, and for headers of a transport that cannot be written.
 */
export function setIdempotencyKey<Request extends { readonly headers: WritableHeaders }>(
  key: NonNullable<AttemptOptions<Request, unknown>['idempotencyKey']>,
  method: string,
  request: Request,
): void {
  const { headers } = request;
  if (key === false) return;
  if (typeof (headers as Partial<WritableHeaders> | undefined)?.set !== 'function') {
    throw new TypeError('idempotencyKey needs a transport whose `describe` returns a `target` with Headers');
  }
  if (headers.has('Idempotency-Key')) return;
  if (typeof key === 'function') headers.set('Idempotency-Key', checkKey(ignoreRejection(key(request))));
  else if (method === 'POST' || method === 'PATCH') headers.set('Idempotency-Key', globalThis.crypto.randomUUID());
}
