export { none } from './defaults.js';
export { WaitStrategy, toWait, type WaitLike } from './wait-strategy.js';
