export { never } from './defaults.js';
export { StopStrategy, toStop, type StopLike } from './stop-strategy.js';
