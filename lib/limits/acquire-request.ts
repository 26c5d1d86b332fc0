import { checkDuration, checkKeys, checkNotNaN, checkRange, checkSignal } from '../base/check.js';
import { RateLimitTimeoutError } from './errors.js';
import type { AcquireOptions } from './rate-limiter.js';

/** Milliseconds by which a predicted wait may exceed `maxWait`, since it is computed in floating point. */
export const ROUNDING = 1e-6;

/** What a caller asks for, and the callbacks for its result. */
export interface AcquireRequest {
  readonly tokens: number;
  /** In a combination: the tokens of each member, where they differ. `tokens` is then one of them. */
  readonly costs?: readonly number[] | undefined;
  /** When the wait began, in milliseconds on the limiter's clock. */
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  /** When the wait is refused, in milliseconds on the limiter's clock. */
  readonly deadline?: number | undefined;
  /** Default 0. */
  readonly priority?: number | undefined;
  readonly resolve: (waited: number) => void;
  /** Left out if only a grant can end the wait. */
  readonly reject: ((error: unknown) => void) | undefined;
}

/** @throws RangeError for more than the limiter can ever grant, TypeError or RangeError for anything but a number of tokens. */
export function checkTokens(tokens: number, most: number, what = 'capacity'): void {
  if (typeof tokens === 'number' && tokens >= 0 && tokens <= most) return;
  checkRange('acquire: tokens', tokens, 0, Number.MAX_VALUE);
  throw new RangeError(`acquire: tokens takes at most the ${what} (${most}), got ${tokens}`);
}

/** @throws Error for more slots than are in use, TypeError or RangeError for a value that is not a number of slots. */
export function checkRelease(tokens: number, inFlight: number): void {
  checkTokens(tokens, Number.MAX_VALUE);
  if (tokens > inFlight) throw new Error(`release: ${tokens} slots are more than the ${inFlight} in use`);
}

/** @throws TypeError or RangeError that names the option. */
export function checkAcquireOptions(options: AcquireOptions): void {
  checkKeys('acquire: options', options, ['signal', 'maxWait', 'priority']);
  const { signal, maxWait, priority } = options;
  if (signal !== undefined) checkSignal('acquire: signal', signal);
  if (maxWait !== undefined) checkDuration('acquire: maxWait', maxWait, { infinite: true });
  if (priority !== undefined) checkNotNaN('acquire: priority', priority);
}

/** @throws TypeError or RangeError for values that are not numbers of tokens. */
export function checkSettlement(acquired: unknown, used: unknown): void {
  checkRange('settle: acquired', acquired, 0, Number.MAX_VALUE);
  checkRange('settle: used', used, 0, Number.MAX_VALUE);
}

/** The error of a caller that would have to wait `wait`; undefined if that is within its `maxWait`. */
export const timeoutErrorIfOver = (wait: number, maxWait: number): RateLimitTimeoutError | undefined =>
  wait > maxWait + ROUNDING ? new RateLimitTimeoutError(wait, maxWait) : undefined;
