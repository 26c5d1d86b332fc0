import { classOption, isOneOf, type ErrorClass } from '../error-classes.js';
import { errorFactory, type RetryStrategy } from '../retry-strategy.js';

/**
 * Retries errors with an error of one of these classes in their chain of causes (tenacity's
 * `retry_if_exception_cause_type`).
 */
export const exceptionCauseType: (...classes: ErrorClass[]) => RetryStrategy = /* @__PURE__ */ errorFactory({
  name: 'retryIf.exceptionCauseType',
  list: classOption,
  test:
    (...classes: ErrorClass[]) =>
    (error) =>
      hasCause(error, classes),
});

/** Walks `error.cause`; a chain may be circular. */
function hasCause(error: unknown, classes: readonly ErrorClass[]): boolean {
  const seen = new Set<unknown>();
  let current = error;
  while (typeof current === 'object' && current !== null && !seen.has(current)) {
    seen.add(current);
    current = (current as { cause?: unknown }).cause;
    if (isOneOf(current, classes)) return true;
  }
  return false;
}
