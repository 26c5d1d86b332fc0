import { classOption, isOneOf, type ErrorClass } from '../error-classes.js';
import { valueOrErrorFactory, type RetryStrategy } from '../retry-strategy.js';

/** Until an error of these classes comes: values are retried too (tenacity's `retry_unless_exception_type`). */
export const unlessExceptionType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ valueOrErrorFactory({
  name: 'retryIf.unlessExceptionType',
  list: classOption,
  test:
    (...classes: ErrorClass[]) =>
    (error) =>
      !isOneOf(error, classes),
});
