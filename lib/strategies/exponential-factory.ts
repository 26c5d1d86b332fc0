import type { RetryCallState } from '../call/call-state.js';
import type { Option } from './declaration.js';
import type { Declared } from './define.js';
import { duration, factor, openDuration } from './options.js';
import { random, waitFactory, type WaitStrategy } from './wait-strategy.js';

/** Options of `wait.exponential` and its random kin. All milliseconds, but for `expBase`. */
export interface ExponentialOptions {
  /** The first delay (tenacity's `multiplier`). Default 1000. */
  readonly initial?: number | undefined;
  /** No delay is longer. Default `Infinity`. */
  readonly max?: number | undefined;
  /** By how much the delay grows from attempt to attempt. Default 2. */
  readonly expBase?: number | undefined;
  /** No delay is shorter. Default 0. */
  readonly min?: number | undefined;
}

/** The options of an exponential delay, completed. */
type Completed = Readonly<Record<keyof ExponentialOptions, number>>;

/** initial·expBase^(attempt−1) plus `extra` within [min, max]; an overflow is `max`, and without one the largest number. */
export function delayAt({ attemptNumber }: RetryCallState, options: Completed, extra = 0): number {
  const { initial, expBase, min, max } = options;
  // 0 · Infinity would be NaN.
  const grown = initial === 0 ? 0 : initial * expBase ** (attemptNumber - 1);
  return Math.max(min, Math.min(grown + extra, max, Number.MAX_VALUE));
}

/**
 * Makes the factory of an exponential wait. `delay` receives the completed options and returns the function of the state.
 *
 * @param more options beside those of `wait.exponential`, and their defaults
 */
export const exponentialFactory = (
  name: string,
  delay: (options: Completed & Record<string, number>) => (state: RetryCallState) => number,
  jittered = true,
  more: Readonly<Record<string, Option<number>>> = {},
  moreDefaults: Readonly<Record<string, number>> = {},
): ((...given: any[]) => WaitStrategy) & Declared =>
  waitFactory({
    name,
    options: { initial: duration, max: openDuration, expBase: factor, min: duration, ...more },
    defaults: { initial: 1000, max: Infinity, expBase: 2, min: 0, ...moreDefaults },
    order: ['min', 'max'],
    grows: true,
    jittered,
    delay,
  });

/** Makes the factory of `wait.randomExponential`, under either of its names. */
export const randomExponentialFactory = (name: string): ReturnType<typeof exponentialFactory> =>
  exponentialFactory(name, (options) => (state) => {
    const { min } = options;
    return min + (delayAt(state, options) - min) * random(state);
  });
