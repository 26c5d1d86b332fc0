import { formatValue } from '../base/check.js';
import { isError } from '../base/is-error.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import type { Declaration, Option } from './declaration.js';
import { retryFactory } from './retry-strategy.js';

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

/** The test for errors of these classes; without a class, for errors of whatever realm. */
export const isOneOf = (...classes: readonly ErrorClass[]): ((error: unknown) => boolean) =>
  classes.length === 0 ? isError : (error) => classes.some((each) => error instanceof each);

/** Makes the factory of a condition on errors, which never holds for a value. @internal */
export const errorFactory = (
  declaration: Declaration & { readonly test: (...args: never[]) => (error: any) => MaybeAsync<boolean> },
): ReturnType<typeof retryFactory> =>
  retryFactory({
    ...declaration,
    errorsOnly: true,
    test: (...args) => {
      const test = declaration.test(...args);
      return (state) => {
        const outcome = outcomeOf(state);
        return outcome.failed && test(outcome.error);
      };
    },
  });

/** Makes the factory of a condition that holds for every value, and for some errors. @internal */
export const valueOrErrorFactory = (
  declaration: Declaration & { readonly test: (...args: never[]) => (error: any) => boolean },
): ReturnType<typeof retryFactory> =>
  retryFactory({
    ...declaration,
    test: (...args) => {
      const test = declaration.test(...args);
      return (state) => {
        const outcome = outcomeOf(state);
        return !outcome.failed || test(outcome.error);
      };
    },
  });

/** The outcome that a condition is asked about. @internal */
export function outcomeOf(state: RetryCallState): Outcome {
  if (state.outcome === undefined) throw new TypeError('a retry condition is asked about an attempt that has ended');
  return state.outcome;
}
