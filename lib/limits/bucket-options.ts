import { checkBoolean, checkKeys, checkPositive, checkRange, checkName } from '../base/check.js';
import { LIMITS_INSTEAD } from './instead.js';
import type { LocalLimiterOptions } from './local-limiter.js';

/** Options of a `TokenBucket`. */
export interface TokenBucketOptions extends LocalLimiterOptions {
  /** Tokens per second; 0 is paused. */
  readonly rate: number;
  /** The most tokens that the bucket holds, which is the largest burst. Default `max(1, rate)`. */
  readonly capacity?: number | undefined;
  /** Tokens at the start. Default `capacity`. */
  readonly initial?: number | undefined;
  /** True lowers the rate when the server throttles, and raises it slowly again. Default false. */
  readonly adaptive?: boolean | undefined;
  /** What it counts. It follows the server's limits of this `unit`. Default 'requests'. */
  readonly unit?: string | undefined;
}

/** Options of `TokenBucket.forWindow`. */
export interface WindowOptions extends Omit<TokenBucketOptions, 'rate' | 'capacity'> {
  /** The number of requests that the server allows in any window. */
  readonly limit: number;
  /** The window's length in milliseconds. */
  readonly window: number;
  /** The largest burst, less than `limit`. Default 1. */
  readonly burst?: number | undefined;
}

/** The options with all defaults filled in, except those of every local limiter. */
type CompleteOptions = Required<{
  [K in keyof Omit<TokenBucketOptions, keyof LocalLimiterOptions>]: NonNullable<TokenBucketOptions[K]>;
}> &
  LocalLimiterOptions;

/** The options that `forWindow` takes too. */
const COMMON_KEYS = ['initial', 'adaptive', 'maxPending', 'unit', 'clock'];
/** The names of the options of a `TokenBucket`. */
export const BUCKET_KEYS: readonly string[] = ['rate', 'capacity', ...COMMON_KEYS];

/** Checks the options and adds the defaults. */
export function withDefaults(options: TokenBucketOptions): CompleteOptions {
  checkKeys('TokenBucket', options, BUCKET_KEYS, LIMITS_INSTEAD);
  const rate = checkRate(options.rate);
  const { capacity = Math.max(1, rate), initial = capacity, adaptive = false, unit = 'requests' } = options;
  const { maxPending, clock } = options;
  checkPositive('TokenBucket: capacity', capacity);
  checkRange('TokenBucket: initial', initial, 0, capacity);
  checkBoolean('TokenBucket: adaptive', adaptive);
  checkName('TokenBucket: unit', unit);
  return { rate, capacity, initial, adaptive, unit, maxPending, clock };
}

/** @throws TypeError or RangeError for a value that is not a number of tokens per second. */
export const checkRate = (rate: unknown): number => checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);

/** The options of the bucket that keeps a documented limit. */
export function bucketForWindow(options: WindowOptions): TokenBucketOptions {
  checkKeys('TokenBucket.forWindow', options, ['limit', 'window', 'burst', ...COMMON_KEYS]);
  const { limit, window, burst, ...rest } = options;
  const advice = `new SlidingWindow({ limit: ${limit}, window: ${window} }) takes the whole limit at once`;
  return { ...sizeForWindow('TokenBucket.forWindow', limit, window, burst, advice), ...rest };
}

/**
 * The rate and capacity that keep a documented limit: `capacity + rate · window = limit`.
 *
 * @param advice What to do instead of a burst of the whole limit, if the limit is above 1.
 * @throws TypeError or RangeError that names the option; RangeError when `burst ≥ limit`.
 */
export function sizeForWindow(
  what: string,
  limit: number,
  window: number,
  burst = 1,
  advice: string,
): { readonly rate: number; readonly capacity: number } {
  checkPositive(`${what}: limit`, limit);
  checkPositive(`${what}: window`, window);
  checkPositive(`${what}: burst`, burst);
  if (burst >= limit) {
    const instead =
      limit > 1 ? advice : `for this limit make a bucket with rate ${(limit * 1000) / window} and capacity ${limit}`;
    throw new RangeError(`${what} takes burst < limit, got burst ${burst} and limit ${limit}; ${instead}`);
  }
  return { rate: ((limit - burst) * 1000) / window, capacity: burst };
}
