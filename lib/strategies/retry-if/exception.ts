import { functionOf } from '../function-of.js';
import { errorFactory, type RetryStrategy } from '../retry-strategy.js';
import { isAbortError } from '../is-abort-error.js';
import { isOwnRefusal } from '../../call/gate.js';

type ErrorTest<E> = (error: E) => boolean | Promise<boolean>;

/** What is tried again where nothing else is said. */
const isFailure = (error: unknown): boolean => !isAbortError(error) && !isOwnRefusal(error);

/**
 * Errors for which `test` returns true. Without it, any error but an abort or an own refusal: the error of a limiter or a
 * breaker that did not admit the attempt (tenacity's `retry_if_exception`).
 */
export const exception: <E = any>(test?: ErrorTest<E>) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exception',
  value: { type: 'function', check: (option, given) => functionOf(option, given, 'a function of the error') },
  optional: true,
  test: (test: ErrorTest<unknown> = isFailure) => test,
});
