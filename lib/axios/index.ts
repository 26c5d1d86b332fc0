export { RetryingAxios } from './retrying-axios.js';
export type { AxiosRetryOptions } from './options.js';
export { ClientError, HttpError, NetworkError, RateLimitError, ServerError } from '../http/errors.js';
export { retryIfHttp } from '../http/retry-if-http.js';
export type { StatusPattern } from '../http/retry-if-http.js';
