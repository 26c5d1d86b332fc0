import { formatValue } from '../base/check.js';
import { isError } from '../base/is-error.js';
import type { Option } from './declaration.js';

/** Any class, abstract ones included; what `instanceof` takes. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** A class of errors. */
export const classOption: Option<ErrorClass> = {
  type: 'class',
  check(factory, given) {
    if (typeof given === 'function' && typeof given.prototype === 'object') return given as unknown as ErrorClass;
    throw new TypeError(`${factory} takes error classes (RateLimitError, TypeError), got ${formatValue(given)}`);
  },
};

/** Whether an error is of one of these classes; without a class, whether it is an error, of whatever realm. */
export const isOneOf = (error: unknown, classes: readonly ErrorClass[]): boolean =>
  classes.length === 0 ? isError(error) : classes.some((each) => error instanceof each);
