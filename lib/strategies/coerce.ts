import { formatValue, isClass } from '../base/check.js';
import { Strategy, type Source } from './strategy.js';

/**
 * Turns what a user wrote into a strategy of the wanted kind: the object itself, or a plain function wrapped. A function
 * prints as its name and has no JSON form.
 *
 * @throws TypeError that names the option, and says so when a strategy of another kind was given.
 */
export function coerce<S extends Strategy>(
  option: string,
  given: unknown,
  kind: { readonly prototype: S; [Symbol.hasInstance](value: unknown): boolean },
  takes: string,
  wrap: (source: Source, fn: never) => S,
): S {
  if (given instanceof (kind as never)) return given as S;
  // A class (`retryIf: RateLimitError`) is no function of the call state: calling it would throw.
  if (typeof given === 'function' && !isClass(given)) return wrap({ args: [given], given: [given] }, given as never);
  const hint = given instanceof Strategy ? `the ${given.family} strategy ${String(given)}` : formatValue(given);
  throw new TypeError(`${option} takes ${takes} or a function of the call state, got ${hint}`);
}
