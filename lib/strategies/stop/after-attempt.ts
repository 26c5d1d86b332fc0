import { whole } from '../options.js';
import { stopFactory, type StopStrategy } from '../stop-strategy.js';

/**
 * Stops after `attempts` attempts in all, the first included. 0 means one call, as 1 does (tenacity's
 * `stop_after_attempt`).
 *
 * @throws TypeError or RangeError unless `attempts` is a whole number ≥ 0.
 * @example
 * import { retry, stop } from 'tenax';
 *
 * const load = retry(async () => 'page', { stop: stop.afterAttempt(3) });
 * console.log(await load()); // page
 */
export const afterAttempt: (attempts: number) => StopStrategy = /* @__PURE__ */ stopFactory({
  name: 'stop.afterAttempt',
  value: whole,
  ways: (attempts: number) => [{ attempts }],
  test: (attempts: number) => (state) => state.attemptNumber >= attempts,
});
