/**
 * What the options of a strategy of your own can take: see {@link defineWait}.
 *
 * @module
 */
export { duration, factor, finite, flag, fraction, openDuration, pattern, signal, text, whole } from '../options.js';
export { retryOption as condition } from '../retry-strategy.js';
export { stopOption as stop } from '../stop-strategy.js';
export { waitOption as wait } from '../wait-strategy.js';
