import { classOption, isOneOf, valueOrErrorFactory, type ErrorClass } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/**
 * Retries everything, values too, until an error of one of these classes comes (tenacity's `retry_unless_exception_type`).
 */
export const unlessExceptionType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ valueOrErrorFactory({
  name: 'retryIf.unlessExceptionType',
  list: classOption,
  test: (...classes: ErrorClass[]) => {
    const isListed = isOneOf(...classes);
    return (error) => !isListed(error);
  },
});
