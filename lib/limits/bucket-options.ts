import type { Clock } from '../base/clock.js';

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
