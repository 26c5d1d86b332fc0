import { checkDuration, checkKeys, checkWhole } from '../base/check.js';
import { serverTime } from '../headers/answer.js';

/**
 * Returns the milliseconds to wait before the next attempt. That is the time that the server named in `Retry-After` or a
 * similar header; otherwise `base · 2^attempt`, at most `maxDelay`, plus up to 10 % jitter.
 *
 * @param attempt The number of the failed attempt, from 0.
 * @param options `base` (default 1000) and `maxDelay` (default 60 000), in milliseconds.
 * @throws TypeError or RangeError that names the argument and what it takes.
 *
 * @example
 * ```ts
 * import { calculateWait } from 'tenax/http';
 *
 * console.assert(calculateWait({ headers: { 'retry-after': '2' } }, 0) === 2000);
 * console.assert(calculateWait(undefined, 3, { base: 100 }) >= 800);
 * ```
 */
export function calculateWait(
  response: { readonly headers?: unknown } | undefined,
  attempt: number,
  options: { readonly base?: number | undefined; readonly maxDelay?: number | undefined } = {},
): number {
  checkKeys('calculateWait', options, ['base', 'maxDelay']);
  const base = checkDuration('calculateWait: base', options.base ?? 1000);
  const maxDelay = checkDuration('calculateWait: maxDelay', options.maxDelay ?? 60_000);
  checkWhole('calculateWait: attempt', attempt);
  const asked = serverTime(response?.headers as object);
  if (asked !== undefined) return asked;
  const delay = base === 0 ? 0 : Math.min(base * 2 ** attempt, maxDelay);
  return delay + delay * 0.1 * Math.random();
}
