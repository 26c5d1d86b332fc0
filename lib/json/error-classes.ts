import { isBranded } from '../base/brand.js';
import { formatValue } from '../base/check.js';
import type { ErrorClass } from '../strategies/error-conditions.js';

/** Error classes that a policy in JSON may name: as a record by name, or as a list. */
export type ExceptionTypes = Readonly<Record<string, ErrorClass>> | readonly ErrorClass[];

/**
 * tenax's own error classes. They are recognized by their brands, so those of `tenax/http` need not be imported.
 */
const OWN = [
  'TenaxError', 'RetryError', 'TryAgain', 'AttemptTimeoutError', 'PolicyError', 'RateLimitTimeoutError',
  'LimiterFullError', 'LimiterUnavailableError', 'CircuitOpenError', 'HttpError', 'RateLimitError', 'ServerError', 'ClientError', 'NetworkError',
]; // prettier-ignore

const BUILT_IN = [
  'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError',
  'DOMException',
]; // prettier-ignore

/** A class for `instanceof` whose instances are the errors with this brand. */
function branded(name: string): ErrorClass {
  const Class = class extends Error {
    static readonly $brand = `tenax.${name}`;
    static override [Symbol.hasInstance](value: unknown): boolean {
      return isBranded(this, value);
    }
  };
  Object.defineProperty(Class, 'name', { value: name });
  return Class;
}

/**
 * All error classes by name. The user's classes override tenax's own, and these override the platform's.
 *
 * @throws TypeError for a value that is not a class, and for a class without a name.
 */
export function errorClasses(given: ExceptionTypes | undefined): ReadonlyMap<string, ErrorClass> {
  const classes = new Map<string, ErrorClass>();
  for (const name of BUILT_IN) {
    const Class = (globalThis as Record<string, unknown>)[name];
    if (typeof Class === 'function') classes.set(name, Class as unknown as ErrorClass);
  }
  for (const name of OWN) classes.set(name, branded(name));
  if (given === undefined) return classes;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`exceptionTypes takes a record or a list of error classes, got ${formatValue(given)}`);
  }
  const own: [string | undefined, unknown][] = Array.isArray(given)
    ? (given as (ErrorClass | null | undefined)[]).map((Class) => [Class?.name, Class])
    : Object.entries(given);
  for (const [name, Class] of own) {
    if (typeof Class !== 'function' || !name) {
      throw new TypeError(`exceptionTypes takes error classes with a name, got ${formatValue(Class)}`);
    }
    classes.set(name, Class as unknown as ErrorClass);
  }
  return classes;
}
