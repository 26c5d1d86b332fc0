import { classOption, errorFactory, isOneOf, type ErrorClass } from '../error-conditions.js';
import type { RetryStrategy } from '../retry-strategy.js';

/**
 * Retries errors with an error of one of these classes in their chain of causes (tenacity's
 * `retry_if_exception_cause_type`).
 */
export const exceptionCauseType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionCauseType',
  list: classOption,
  test: (...classes: ErrorClass[]) => {
    const isListed = isOneOf(...classes);
    return (error) => hasCause(error, isListed);
  },
});

/** Walks `error.cause`; a chain may be circular. */
function hasCause(error: unknown, test: (cause: unknown) => boolean): boolean {
  const seen = new Set<unknown>();
  let current = error;
  while (typeof current === 'object' && current !== null && !seen.has(current)) {
    seen.add(current);
    current = (current as { cause?: unknown }).cause;
    if (test(current)) return true;
  }
  return false;
}
