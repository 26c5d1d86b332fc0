import { classOption, errorFactory, isOneOf, type ErrorClass } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/**
 * Retries errors that are an `instanceof` one of these classes. Without a class it retries any error, of any realm,
 * refusals by limits and breakers included (tenacity's `retry_if_exception_type`).
 */
export const exceptionType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionType',
  list: classOption,
  test: isOneOf,
});
