import { duration, openDuration } from '../options.js';
import { random, waitFactory, type WaitStrategy } from '../wait-strategy.js';

/** Options of `wait.decorrelatedJitter`, in milliseconds. */
export interface DecorrelatedJitterOptions {
  /** The shortest delay. Default 1000. */
  readonly base?: number | undefined;
  /** No delay is longer. Default `Infinity`. */
  readonly max?: number | undefined;
}

type Completed = Readonly<Record<keyof DecorrelatedJitterOptions, number>>;

/**
 * Waits for a random time between `base` and three times the last sleep, at most `max`: the "decorrelated jitter" of AWS'
 * "Exponential Backoff And Jitter" (M. Brooker, 2015). The last sleep is the whole sleep, even if other waits contributed
 * to it.
 */
export const decorrelatedJitter: (options?: DecorrelatedJitterOptions) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.decorrelatedJitter',
  options: { base: duration, max: openDuration },
  defaults: { base: 1000, max: Infinity },
  order: ['base', 'max'],
  jittered: true,
  delay:
    ({ base, max }: Completed) =>
    (state) => {
      const last = state.attemptNumber > 1 ? state.upcomingSleep : base;
      const high = Math.max(base, Math.min(last * 3, Number.MAX_VALUE));
      return Math.min(max, base + (high - base) * random(state));
    },
});
