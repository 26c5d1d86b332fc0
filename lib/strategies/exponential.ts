import { checkRange } from '../base/check.js';
import type { RetryCallState } from '../call/call-state.js';
import { checkOrder, complete, shown } from './wait-options.js';
import { BuiltWait, random, type WaitStrategy } from './wait-strategy.js';

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

/** Options of `wait.exponentialJitter`. */
export interface ExponentialJitterOptions extends ExponentialOptions {
  /** Up to this many milliseconds are added at random. Default 1000. */
  readonly jitter?: number | undefined;
}

const DEFAULTS = { initial: 1000, max: Infinity, expBase: 2, min: 0 };

const checkBase = (name: string, value: unknown): number => checkRange(name, value, 0, Number.MAX_VALUE);

type Key = keyof typeof DEFAULTS;

function checked<More extends string>(
  factory: string,
  given: Partial<Record<Key | More, unknown>>,
  defaults: Record<Key | More, number>,
): Record<Key | More, number> {
  const options = complete(factory, given, defaults, { expBase: checkBase } as object);
  checkOrder(factory, options.min, options.max);
  return options;
}

/** initial·expBase^(attempt−1) plus `extra` within [min, max]; an overflow is `max`, and without one the largest number. */
function delayAt({ attemptNumber }: RetryCallState, options: typeof DEFAULTS, extra = 0): number {
  const { initial, expBase, min, max } = options;
  // 0 · Infinity would be NaN.
  const grown = initial === 0 ? 0 : initial * expBase ** (attemptNumber - 1);
  return Math.max(min, Math.min(grown + extra, max, Number.MAX_VALUE));
}

/** `wait.exponential`. */
export function exponential(given: ExponentialOptions = {}): WaitStrategy {
  const options = checked('wait.exponential', given, DEFAULTS);
  return new BuiltWait({ factory: 'exponential', args: shown(given) }, (state) => delayAt(state, options));
}

/** `wait.randomExponential` and its other name. */
export function randomExponential(factory: string, given: ExponentialOptions): WaitStrategy {
  const options = checked(`wait.${factory}`, given, DEFAULTS);
  const { min } = options;
  return new BuiltWait({ factory, args: shown(given) }, (state) => {
    return min + (delayAt(state, options) - min) * random(state);
  });
}

/** `wait.exponentialJitter`. */
export function exponentialJitter(given: ExponentialJitterOptions = {}): WaitStrategy {
  const options = checked('wait.exponentialJitter', given, { ...DEFAULTS, jitter: 1000 });
  return new BuiltWait({ factory: 'exponentialJitter', args: shown(given) }, (state) =>
    delayAt(state, options, options.jitter * random(state)),
  );
}
