/**
 * Retry conditions that know HTTP. They print themselves and turn into JSON as those of `retryIf` do. The core reads a
 * policy file that names them, so they are here rather than in `tenax/http`.
 *
 * @module
 */
export { status, type StatusPattern } from './status.js';
export { networkError } from './network-error.js';
export { response } from './response.js';
