/**
 * Factories of waits, which decide how long to sleep between attempts. They have tenacity's names without `wait_`.
 *
 * @module
 */
export { none } from './none.js';
export { fixed } from './fixed.js';
export { random } from './random.js';
export { incrementing } from './incrementing.js';
export { exponential } from './exponential.js';
export { randomExponential } from './random-exponential.js';
export { fullJitter } from './full-jitter.js';
export { exponentialJitter } from './exponential-jitter.js';
export { decorrelatedJitter } from './decorrelated-jitter.js';
export { fibonacci } from './fibonacci.js';
export { chain } from './chain.js';
export { combine } from './combine.js';
export { exception } from './exception.js';
export { retryAfter } from './retry-after.js';
