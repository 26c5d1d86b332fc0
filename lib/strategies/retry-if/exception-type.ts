import { classOption, isOneOf, type ErrorClass } from '../error-classes.js';
import { errorFactory, type RetryStrategy } from '../retry-strategy.js';

/**
 * Errors of these classes, as `instanceof` tells; without a class, any error of whatever realm, own refusals included
 * (tenacity's `retry_if_exception_type`).
 */
export const exceptionType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionType',
  list: classOption,
  test:
    (...classes: ErrorClass[]) =>
    (error) =>
      isOneOf(error, classes),
});
