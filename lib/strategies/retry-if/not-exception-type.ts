import { classOption, errorFactory, isOneOf, type ErrorClass } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/** Retries errors of any other class, but no values (tenacity's `retry_if_not_exception_type`). */
export const notExceptionType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.notExceptionType',
  list: classOption,
  test: (...classes: ErrorClass[]) => {
    const isListed = isOneOf(...classes);
    return (error) => !isListed(error);
  },
});
