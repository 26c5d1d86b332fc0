import { checkBoolean, checkKeys, checkPositive, checkRange, checkName } from '../base/check.js';
import type { LocalLimiterOptions } from './local-limiter.js';

/** Options of a `TokenBucket`. */
export interface TokenBucketOptions extends LocalLimiterOptions {
  /** Tokens per second; 0 is paused. */
  readonly rate: number;
  /** The most tokens that it holds, and so the largest burst. Default `max(1, rate)`. */
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

type Complete = Required<{
  [K in keyof Omit<TokenBucketOptions, keyof LocalLimiterOptions>]: NonNullable<TokenBucketOptions[K]>;
}> &
  LocalLimiterOptions;

const BUCKET_KEYS = ['initial', 'adaptive', 'maxPending', 'unit', 'clock'];

/** Checks the options and puts the defaults in. */
export function withDefaults(options: TokenBucketOptions): Complete {
  checkKeys('TokenBucket', options, ['rate', 'capacity', ...BUCKET_KEYS]);
  const { rate, capacity = Math.max(1, rate), initial = capacity, adaptive = false, unit = 'requests' } = options;
  const { maxPending, clock } = options;
  checkRate(rate);
  checkPositive('TokenBucket: capacity', capacity);
  checkRange('TokenBucket: initial', initial, 0, capacity);
  checkBoolean('TokenBucket: adaptive', adaptive);
  checkName('TokenBucket: unit', unit);
  return { rate, capacity, initial, adaptive, unit, maxPending, clock };
}

/** @throws TypeError or RangeError for what is no number of tokens a second. */
export const checkRate = (rate: unknown): number => checkRange('TokenBucket: rate', rate, 0, Number.MAX_VALUE);

/** What keeps a documented limit: `capacity + rate · window = limit`. */
export function bucketForWindow(options: WindowOptions): TokenBucketOptions {
  checkKeys('TokenBucket.forWindow', options, ['limit', 'window', 'burst', ...BUCKET_KEYS]);
  const { limit, window, burst = 1, ...rest } = options;
  checkPositive('TokenBucket.forWindow: limit', limit);
  checkPositive('TokenBucket.forWindow: window', window);
  checkPositive('TokenBucket.forWindow: burst', burst);
  if (burst >= limit) {
    const instead =
      limit > 1
        ? `new SlidingWindow({ limit: ${limit}, window: ${window} }) takes the whole limit at once`
        : `for this limit make new TokenBucket({ rate: ${(limit * 1000) / window}, capacity: ${limit} })`;
    throw new RangeError(
      `TokenBucket.forWindow takes burst < limit, got burst ${burst} and limit ${limit}; ${instead}`,
    );
  }
  return { rate: ((limit - burst) * 1000) / window, capacity: burst, ...rest };
}
