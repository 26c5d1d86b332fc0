import { randomExponentialFactory, type ExponentialOptions } from '../exponential-factory.js';
import type { WaitStrategy } from '../wait-strategy.js';

/**
 * Evenly spread over [min, the exponential delay]: the "full jitter" of AWS' "Exponential Backoff And Jitter"
 * (M. Brooker, 2015), the best choice where many clients share a server (tenacity's `wait_random_exponential`).
 */
export const randomExponential: (options?: ExponentialOptions) => WaitStrategy =
  /* @__PURE__ */ randomExponentialFactory('wait.randomExponential');
