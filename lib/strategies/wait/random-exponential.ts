import { randomExponentialFactory, type ExponentialOptions } from '../exponential-factory.js';
import type { WaitStrategy } from '../wait-strategy.js';

/**
 * Waits for a random time between `min` and the exponential delay: the "full jitter" of AWS' "Exponential Backoff And
 * Jitter" (M. Brooker, 2015). It is the best choice if many clients share a server (tenacity's `wait_random_exponential`).
 */
export const randomExponential: (options?: ExponentialOptions) => WaitStrategy =
  /* @__PURE__ */ randomExponentialFactory('wait.randomExponential');
