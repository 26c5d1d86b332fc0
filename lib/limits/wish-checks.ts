import { checkDuration, checkRange, checkSignal } from '../base/check.js';
import { RateLimitTimeoutError } from './errors.js';
import type { AcquireOptions } from './rate-limiter.js';

/** Milliseconds by which a predicted wait, which is computed in floating point, may miss `maxWait`. */
const ROUNDING = 1e-6;

/** @throws RangeError for more than the bucket can ever hold, TypeError or RangeError for what is no number of tokens. */
export function checkTokens(tokens: number, capacity: number): void {
  if (typeof tokens === 'number' && tokens >= 0 && tokens <= capacity) return;
  checkRange('acquire: tokens', tokens, 0, Number.MAX_VALUE);
  throw new RangeError(`acquire: tokens takes at most the capacity (${capacity}), got ${tokens}`);
}

/** @throws TypeError or RangeError that names the option. */
export function checkAcquireOptions({ signal, maxWait }: AcquireOptions): void {
  if (signal !== undefined) checkSignal('acquire: signal', signal);
  if (maxWait !== undefined) checkDuration('acquire: maxWait', maxWait, { infinite: true });
}

/** The error for one who would wait longer than it is ready to. */
export const refusalOf = (wait: number, maxWait: number): RateLimitTimeoutError | undefined =>
  wait > maxWait + ROUNDING ? new RateLimitTimeoutError(wait, maxWait) : undefined;
