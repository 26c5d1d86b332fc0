import { duration } from '../options.js';
import { elapsed, stopFactory, type StopStrategy } from '../stop-strategy.js';

/**
 * Stops once `ms` milliseconds have passed since the call began. The last sleep may exceed that time (tenacity's
 * `stop_after_delay`).
 */
export const afterDelay: (ms: number) => StopStrategy = /* @__PURE__ */ stopFactory({
  name: 'stop.afterDelay',
  value: duration,
  readsClock: true,
  ways: (start: number) => [{ start }],
  test: (ms: number) => (state) => elapsed(state) >= ms,
});
