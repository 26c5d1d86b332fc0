import { randomExponentialFactory, type ExponentialOptions } from '../exponential-factory.js';
import type { WaitStrategy } from '../wait-strategy.js';

/** Another name of `wait.randomExponential` (tenacity's `wait_full_jitter`). */
export const fullJitter: (options?: ExponentialOptions) => WaitStrategy =
  /* @__PURE__ */ randomExponentialFactory('wait.fullJitter');
