/**
 * Retry conditions about HTTP answers. Like those of `retryIf`, they print themselves and convert to JSON. The core must be
 * able to read a policy file that names them, so they are here and not in `tenax/http`.
 *
 * @module
 */
export { status, type StatusPattern } from './status.js';
export { networkError } from './network-error.js';
export { response } from './response.js';
