/**
 * Factories of stops, which decide when a call gives up. They have tenacity's names without `stop_`.
 *
 * @module
 */
export { never } from './never.js';
export { afterAttempt } from './after-attempt.js';
export { afterDelay } from './after-delay.js';
export { beforeDelay } from './before-delay.js';
export { whenAborted } from './when-aborted.js';
export { any } from './any.js';
export { all } from './all.js';
