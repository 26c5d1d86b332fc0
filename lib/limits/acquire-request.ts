import { checkDuration, checkKeys, checkNotNaN, checkRange, checkSignal } from '../base/check.js';
import { RateLimitTimeoutError } from './errors.js';
import type { AcquireOptions } from './rate-limiter.js';

/** Milliseconds by which a predicted wait, which is computed in floating point, may miss `maxWait`. */
const ROUNDING = 1e-6;

/** What a waiter asks for, and how it gets its result. */
export interface AcquireRequest {
  readonly tokens: number;
  /** In a combination: the tokens of each member. */
  readonly costs?: readonly number[] | undefined;
  /** When it came, in milliseconds on the limiter's clock. */
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  /** By when it must be granted. */
  readonly deadline?: number | undefined;
  /** Default 0. */
  readonly priority?: number | undefined;
  readonly resolve: (waited: number) => void;
  /** Left out if only a grant can end the wait. */
  readonly reject: ((error: unknown) => void) | undefined;
}

/** @throws RangeError for more than the limiter can ever grant, TypeError or RangeError for what is no number of tokens. */
export function checkTokens(tokens: number, most: number, what = 'capacity'): void {
  if (typeof tokens === 'number' && tokens >= 0 && tokens <= most) return;
  checkRange('acquire: tokens', tokens, 0, Number.MAX_VALUE);
  throw new RangeError(`acquire: tokens takes at most the ${what} (${most}), got ${tokens}`);
}

/** @throws TypeError or RangeError that names the option. */
export function checkAcquireOptions(options: AcquireOptions): void {
  checkKeys('acquire: options', options, ['signal', 'maxWait', 'priority']);
  const { signal, maxWait, priority } = options;
  if (signal !== undefined) checkSignal('acquire: signal', signal);
  if (maxWait !== undefined) checkDuration('acquire: maxWait', maxWait, { infinite: true });
  if (priority !== undefined) checkNotNaN('acquire: priority', priority);
}

/** @throws TypeError or RangeError for what is no correction of a charge. */
export function checkSettlement(acquired: unknown, used: unknown): void {
  checkRange('settle: acquired', acquired, 0, Number.MAX_VALUE);
  checkRange('settle: used', used, 0, Number.MAX_VALUE);
}

/** The error of a caller that would wait longer than its `maxWait`. */
export const timeoutErrorIfOver = (wait: number, maxWait: number): RateLimitTimeoutError | undefined =>
  wait > maxWait + ROUNDING ? new RateLimitTimeoutError(wait, maxWait) : undefined;
