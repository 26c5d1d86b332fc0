import { isClass, formatValue } from '../base/check.js';
import { Strategy, type Source } from './strategy.js';

/** A function of the call state in a strategy's place prints as its name and has no JSON form. */
const functionSource = (fn: unknown): Source => ({ args: [fn] });

/**
 * Turns what a user wrote into a strategy of the wanted kind: the object itself, or a plain function wrapped.
 *
 * @throws TypeError that names the option, and says so when a strategy of another kind was given.
 */
export function coerce<S extends Strategy, F extends (...args: never[]) => unknown>(
  option: string,
  given: unknown,
  kind: { readonly prototype: S; [Symbol.hasInstance](value: unknown): boolean },
  takes: string,
  wrap: (fn: F, source: Source) => S,
): S {
  if (given instanceof (kind as never)) return given as S;
  // A class (`retryIf: RateLimitError`) is no function of the call state: calling it would throw.
  if (typeof given === 'function' && !isClass(given)) return wrap(given as F, functionSource(given));
  const hint = given instanceof Strategy ? `the ${given.family} strategy ${String(given)}` : formatValue(given);
  throw new TypeError(`${option} takes ${takes} or a function of the call state, got ${hint}`);
}

/** Refuses an empty `any()`, `all()`, `chain()` or `combine()`: what it would mean is nobody's guess. */
export function checkMembers(factory: string, members: readonly unknown[]): void {
  if (members.length === 0) throw new TypeError(`${factory} takes at least one strategy`);
}
