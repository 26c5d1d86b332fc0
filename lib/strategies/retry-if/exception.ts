import { functionOf } from '../function-of.js';
import { errorFactory } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';
import { isAbortError } from '../is-abort-error.js';
import { isOwnRefusal } from '../../call/gate.js';

type ErrorTest<E> = (error: E) => boolean | Promise<boolean>;

/** The default condition. */
const isFailure = (error: unknown): boolean => !isAbortError(error) && !isOwnRefusal(error);

/**
 * Retries errors for which `test` returns true. Without `test` it retries any error except an abort or an own refusal,
 * which is the error of a limiter or a breaker that did not admit the attempt (tenacity's `retry_if_exception`).
 */
export const exception: <E = any>(test?: ErrorTest<E>) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exception',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the error') },
  optional: true,
  test: (test: ErrorTest<unknown> = isFailure) => test,
});
