export { VirtualClock } from './virtual-clock.js';
export { setTesting } from './set-testing.js';
