export { VirtualClock } from './virtual-clock.js';
export type { RunOptions } from './virtual-clock.js';
export { FlakyServer } from './flaky-server.js';
export type { FlakyServerOptions, ScriptedAnswer, SeenRequest, ServerStep } from './flaky-server.js';
export { setTesting } from './set-testing.js';
