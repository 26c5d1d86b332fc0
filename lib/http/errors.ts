import { formatValue } from '../base/check.js';
import { hide, TenaxError } from '../base/errors.js';
import { INSPECT, type InspectArguments } from '../base/inspect.js';
import { Answer, ANSWER, countsAsRateLimit } from '../headers/answer.js';
import type { HeadersLike } from '../headers/headers.js';
import { safeUrl } from './url.js';
import { withoutSecrets } from './without-secrets.js';

/** The arguments of an error about a request. */
export interface RequestFailure {
  readonly method: string;
  /** The address, without credentials and query. */
  readonly url: string;
  readonly attempts?: number | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
  /** The properties that axios' own errors have. They are kept, but never printed. */
  readonly axios?:
    { readonly config: unknown; readonly request: unknown; readonly code: string | undefined } | undefined;
  /** Appended to the message: why there was no further attempt. */
  readonly note?: string | undefined;
  /** False for a network failure that would happen again. Default true. */
  readonly retryable?: boolean | undefined;
  /** What happened. Default: `got no answer`. */
  readonly what?: string | undefined;
}

/** The arguments of an error about an answer. */
export interface HttpFailure extends Omit<RequestFailure, 'retryable' | 'what'> {
  readonly status: number;
  readonly headers: unknown;
  readonly response: unknown;
  /** Milliseconds that the server asked to wait. Default: read from the headers. */
  readonly retryAfter?: number | undefined;
}

/**
 * The base of the errors that an HTTP client throws. Requests and answers contain secrets (Authorization, cookies,
 * queries). So the properties that hold them are not enumerable, and JSON and printing show only the safe fields.
 */
abstract class RequestError extends TenaxError {
  readonly code: string;
  readonly method: string;
  /** The full address, without credentials and query. */
  readonly url: string;
  /** How many attempts were made. */
  attempts: number;
  /** True if axios made the request: `axios.isAxiosError(error)` then returns true. */
  readonly isAxiosError: boolean;
  declare readonly config: unknown;
  declare readonly request: unknown;

  constructor(message: string, failure: RequestFailure) {
    super(failure.note === undefined ? message : `${message}; ${failure.note}`);
    this.code = failure.axios?.code ?? failure.code ?? 'TENAX_HTTP';
    this.method = failure.method;
    this.url = failure.url;
    this.attempts = failure.attempts ?? 1;
    this.isAxiosError = failure.axios !== undefined;
    const { axios, cause } = failure;
    const safe = cause === undefined ? undefined : withoutSecrets(cause);
    hide(this, axios === undefined ? { cause: safe } : { cause: safe, config: axios.config, request: axios.request });
  }

  /** The safe fields. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }

  /** Node prints the stack and the safe fields, but not the request behind `cause`. @internal */
  [INSPECT](_depth: number, options: object, inspect: InspectArguments[2]): string {
    return `${this.stack ?? this.message} ${inspect({ ...this }, options)}`;
  }
}

/**
 * The server answered with 4xx or 5xx. Its subclasses are {@link RateLimitError}, {@link ServerError} and
 * {@link ClientError}.
 *
 * @example
 * ```ts
 * import { HttpError, raiseForStatus, RateLimitError } from 'tenax/http';
 *
 * try {
 *   raiseForStatus(new Response('', { status: 429, headers: { 'retry-after': '5' } }));
 * } catch (error) {
 *   console.assert(error instanceof RateLimitError && error.retryAfter === 5000);
 *   console.assert(error instanceof HttpError && error.status === 429);
 * }
 * ```
 */
export class HttpError extends RequestError {
  /** @internal */
  static override readonly $brand: string = 'tenax.HttpError';
  readonly status: number;
  /** Milliseconds that the server asked to wait; `undefined` if it named no time. */
  readonly retryAfter: number | undefined;
  declare readonly headers: unknown;
  /** The answer as the client's own object. Its body can still be read. */
  declare readonly response: any;

  constructor(failure: HttpFailure) {
    super(`${failure.method} ${failure.url} answered ${failure.status}${meaning(failure.status)}`, failure);
    this.status = failure.status;
    this.retryAfter = failure.retryAfter;
    hide(this, { headers: failure.headers, response: failure.response });
  }
}

/** A 429. Also a 403 or 413 that names a time, or whose headers say that nothing is left until a reset. */
export class RateLimitError extends HttpError {
  /** @internal */
  static override readonly $brand: string = 'tenax.RateLimitError';
}

/** A 5xx: the server failed. */
export class ServerError extends HttpError {
  /** @internal */
  static override readonly $brand: string = 'tenax.ServerError';
}

/**
 * Any other 4xx, and an answer below 400 that the client does not accept. By default only a 408, a 425 and what
 * `x-should-retry` asks for are retried.
 */
export class ClientError extends HttpError {
  /** @internal */
  static override readonly $brand: string = 'tenax.ClientError';
}

/**
 * There was no complete answer: the connection failed, an attempt timed out, or the body broke off. It has no `status`. `cause`
 * is the client's error, without secrets, or the `AttemptTimeoutError`. Over axios `code` is one of axios' codes, such as
 * `ETIMEDOUT`; otherwise it is `TENAX_HTTP`.
 */
export class NetworkError extends RequestError {
  /** @internal */
  static override readonly $brand: string = 'tenax.NetworkError';
  /** False if another try would fail in the same way, for example because of an untrusted certificate. */
  declare readonly isRetryable: boolean;

  constructor(failure: RequestFailure, reason: string) {
    super(`${failure.method} ${failure.url} ${failure.what ?? 'got no answer'}: ${reason}`, failure);
    hide(this, { isRetryable: failure.retryable ?? true });
  }
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 408: 'Request Timeout', 409: 'Conflict',
  410: 'Gone', 413: 'Content Too Large', 422: 'Unprocessable Content', 429: 'Too Many Requests',
  500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
}; // prettier-ignore

const meaning = (status: number): string => (MEANINGS[status] === undefined ? '' : ` ${MEANINGS[status]}`);

/** The typed error for a status of 400 and above. */
export function httpError(given: HttpFailure): HttpError {
  const { status, headers, response } = given;
  const answer = new Answer(undefined, status, headers as HeadersLike, response);
  const failure = { ...given, retryAfter: given.retryAfter ?? answer.retryAfter };
  const Class = countsAsRateLimit(failure) ? RateLimitError : status >= 500 ? ServerError : ClientError;
  const error = new Class(failure);
  // Conditions read this answer. It is left out for an invalid status, and if the caller passed its own time.
  if (given.retryAfter === undefined && status < 600) hide(error, { [ANSWER]: answer });
  return error;
}

/** The argument of `raiseForStatus`: a fetch Response, an axios response, or a similar object. */
export interface ResponseLike {
  readonly status: number;
  readonly headers?: unknown;
  readonly url?: string;
  readonly config?: { readonly method?: string; readonly url?: string; readonly baseURL?: string };
  readonly request?: unknown;
}

/** What a client knows about the request of an answer. */
type RequestInfo = Pick<RequestFailure, 'attempts' | 'note'> & {
  readonly method?: string | undefined;
  /** The address of the request, for an answer without a URL, such as `new Response()`. */
  readonly requestUrl?: string | undefined;
};

/** The requests of the answers that tenax's clients returned, since a Response does not know its method. */
const requests = new WeakMap<object, RequestInfo>();

/** The typed error of an answer. @internal */
export function errorOf(response: ResponseLike, request: RequestInfo = requests.get(response) ?? {}): HttpError {
  requests.set(response, request);
  const { method, requestUrl = '', ...rest } = request;
  const { config, headers, status } = response;
  const url = config?.url ?? response.url ?? '';
  const failure = {
    status,
    method: (method ?? config?.method ?? 'GET').toUpperCase(),
    url: safeUrl(url === '' ? requestUrl : url, config?.baseURL),
    headers,
    response,
    ...rest,
  };
  if (config === undefined) return httpError(failure);
  const code = status >= 500 ? 'ERR_BAD_RESPONSE' : 'ERR_BAD_REQUEST';
  return httpError({ ...failure, axios: { config, request: response.request, code } });
}

/**
 * Returns the response if its status is below 400.
 *
 * @throws {@link RateLimitError} for 429 and for a 403 or 413 that counts as one, {@link ServerError} for 5xx,
 *   {@link ClientError} for every other 4xx; TypeError for a value without a status, such as a Promise of a response.
 *
 * @example
 * ```ts
 * import { raiseForStatus } from 'tenax/http';
 *
 * const response = raiseForStatus(await fetch('data:,hello'));
 * console.assert((await response.text()) === 'hello');
 * ```
 */
export function raiseForStatus<R extends ResponseLike>(response: R): R {
  const status: unknown = (response as R | null | undefined)?.status;
  if (typeof status !== 'number') {
    throw new TypeError(`raiseForStatus takes a response, an object with a status, got ${formatValue(response)}`);
  }
  if (status < 400) return response;
  throw errorOf(response);
}
