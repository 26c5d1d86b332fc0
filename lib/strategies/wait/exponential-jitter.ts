import { delayAt, exponentialFactory, type ExponentialOptions } from '../exponential-factory.js';
import { duration } from '../options.js';
import { random, type WaitStrategy } from '../wait-strategy.js';

/** Options of `wait.exponentialJitter`. */
export interface ExponentialJitterOptions extends ExponentialOptions {
  /** Up to this many milliseconds are added at random. Default 1000. */
  readonly jitter?: number | undefined;
}

/**
 * Waits for the exponential delay plus up to `jitter` random milliseconds, within [min, max]. At the cap it waits for
 * exactly `max` (tenacity's `wait_exponential_jitter`, after Google Cloud's retry strategy).
 */
export const exponentialJitter: (options?: ExponentialJitterOptions) => WaitStrategy =
  /* @__PURE__ */ exponentialFactory(
    'wait.exponentialJitter',
    (options) => (state) => delayAt(state, options, (options.jitter as number) * random(state)),
    true,
    { jitter: duration },
    { jitter: 1000 },
  );
