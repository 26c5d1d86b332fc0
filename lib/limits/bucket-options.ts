import { checkBoolean, checkClock, checkKeys, checkPositive, checkRange } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';

/** Options of a `TokenBucket`. */
export interface TokenBucketOptions {
  /** Tokens per second; 0 is paused. */
  readonly rate: number;
  /** How many tokens it holds at most: the largest burst. Default `max(1, rate)`. */
  readonly capacity?: number | undefined;
  /** Tokens at the start. Default `capacity`. */
  readonly initial?: number | undefined;
  /** Lower the rate when the server throttles, and recover slowly. Default false. */
  readonly adaptive?: boolean | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
}

/** Options of `TokenBucket.forWindow`. */
export interface WindowOptions extends Pick<TokenBucketOptions, 'initial' | 'adaptive' | 'clock'> {
  /** How many the server allows in any window. */
  readonly limit: number;
  /** The window's length in milliseconds. */
  readonly window: number;
  /** The largest burst, less than `limit`. Default 1. */
  readonly burst?: number | undefined;
}

/** Checks the options and puts the defaults in. */
export function withDefaults(
  options: TokenBucketOptions,
): Required<{ [K in keyof TokenBucketOptions]: NonNullable<TokenBucketOptions[K]> }> {
  checkKeys('TokenBucket', options, ['rate', 'capacity', 'initial', 'adaptive', 'clock']);
  const { rate, capacity = Math.max(1, rate), initial = capacity, adaptive = false, clock = systemClock } = options;
  checkRate(rate);
  checkPositive('TokenBucket: capacity', capacity);
  checkRange('TokenBucket: initial', initial, 0, capacity);
  checkBoolean('TokenBucket: adaptive', adaptive);
  checkClock('TokenBucket: clock', clock);
  return { rate, capacity, initial, adaptive, clock };
}

/** @throws TypeError or RangeError for what is no number of tokens a second. */
export const checkRate = (rate: unknown): number => checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);

/** What keeps a documented limit: `capacity + rate · window = limit`. */
export function bucketForWindow(options: WindowOptions): TokenBucketOptions {
  checkKeys('TokenBucket.forWindow', options, ['limit', 'window', 'burst', 'initial', 'adaptive', 'clock']);
  const { limit, window, burst = 1, ...rest } = options;
  checkPositive('TokenBucket.forWindow: limit', limit);
  checkPositive('TokenBucket.forWindow: window', window);
  checkPositive('TokenBucket.forWindow: burst', burst);
  if (burst >= limit)
    throw new RangeError(`TokenBucket.forWindow takes burst < limit, got burst ${burst} and limit ${limit}`);
  return { rate: ((limit - burst) * 1000) / window, capacity: burst, ...rest };
}
