import { duration } from '../options.js';
import { elapsed, stopFactory, type StopStrategy } from '../stop-strategy.js';

/**
 * Stops if the next sleep would end `ms` milliseconds or more after the start of the call (tenacity's `stop_before_delay`).
 */
export const beforeDelay: (ms: number) => StopStrategy = /* @__PURE__ */ stopFactory({
  name: 'stop.beforeDelay',
  value: duration,
  readsClock: true,
  ways: (end: number) => [{ end }],
  test: (ms: number) => (state) => elapsed(state) + state.upcomingSleep >= ms,
});
