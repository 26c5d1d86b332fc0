import { httpError, type HttpError, type RequestFailure } from './errors.js';
import { safeUrl } from './url.js';

/** What raiseForStatus looks at: a fetch Response, an axios response, or their like. */
export interface ResponseLike {
  readonly status: number;
  readonly headers?: unknown;
  readonly url?: string;
  readonly config?: { readonly method?: string; readonly url?: string; readonly baseURL?: string };
  readonly request?: unknown;
}

/** What a client knows of an answer beside the answer itself. */
type Known = Pick<RequestFailure, 'attempts' | 'note'> & {
  readonly method?: string | undefined;
  /** For an answer that does not know where it came from, as one made by hand does not. */
  readonly asked?: string | undefined;
};

/** What our clients know of the answers that they handed out: a Response does not name its method. */
const known = new WeakMap<object, Known>();

/** The typed error of an answer. @internal */
export function errorOf(response: ResponseLike, request: Known = known.get(response) ?? {}): HttpError {
  known.set(response, request);
  const { method, asked = '', ...rest } = request;
  const { config, headers, status } = response;
  const url = config?.url ?? response.url ?? '';
  const failure = {
    status,
    method: (method ?? config?.method ?? 'GET').toUpperCase(),
    url: safeUrl(url === '' ? asked : url, config?.baseURL),
    headers,
    response,
    ...rest,
  };
  if (config === undefined) return httpError(failure);
  const code = status >= 500 ? 'ERR_BAD_RESPONSE' : 'ERR_BAD_REQUEST';
  return httpError({ ...failure, axios: { config, request: response.request, code } });
}

/**
 * The response itself below 400.
 *
 * @throws RateLimitError for 429 and for a 403 or 413 that counts as one, ServerError for 5xx, ClientError for every other
 * 4xx.
 */
export function raiseForStatus<R extends ResponseLike>(response: R): R {
  if (response.status < 400) return response;
  throw errorOf(response);
}
