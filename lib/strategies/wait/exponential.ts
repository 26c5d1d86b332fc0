import { delayAt, exponentialFactory, type ExponentialOptions } from '../exponential-factory.js';
import type { WaitStrategy } from '../wait-strategy.js';

/** Waits for `initial` · `expBase`^(attempt−1) milliseconds, within [min, max] (tenacity's `wait_exponential`). */
export const exponential: (options?: ExponentialOptions) => WaitStrategy = /* @__PURE__ */ exponentialFactory(
  'wait.exponential',
  (options) => (state) => delayAt(state, options),
  false,
);
