export { anyError } from './defaults.js';
export { isAbortError } from './is-abort-error.js';
export { RetryStrategy, toRetry, type RetryLike } from './retry-strategy.js';
