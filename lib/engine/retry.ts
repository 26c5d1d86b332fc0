import { checkFunction } from '../base/check.js';
import type { RetryOptions } from './options.js';
import { Retrying } from './retrying.js';
import type { AnyFunction, Retried } from './wrap.js';

/**
 * Wraps a sync or async function. The wrapper always returns a Promise and keeps `name`, `length` and `this` (tenacity's
 * `@retry` on a function).
 *
 * @param policy options; or a `Retrying`, which is used itself, totals included: `retrying.wraps(fn)`
 * @throws TypeError or RangeError for a wrong option, naming it and what it takes.
 */
export function retry<F extends AnyFunction>(
  fn: F,
  policy: RetryOptions<Awaited<ReturnType<F>>> | Retrying = {},
): Retried<F> {
  checkFunction('retry', fn, 'a function to wrap');
  const retrying = policy instanceof Retrying ? policy : new Retrying(policy);
  return retrying.wraps(fn);
}
