import { formatValue, isClass } from '../base/check.js';
import { DECLARED, type Declared } from './define.js';
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
  // A class (`retryIf: RateLimitError`) is no function of the call state: calling it would throw. Nor is a factory.
  const isFunction = typeof given === 'function' && !isClass(given) && !isFactory(given);
  if (isFunction) return wrap({ args: [given], given: [given] }, given as never);
  throw new TypeError(`${option} takes ${takes} or a function of the call state, got ${describe(given)}`);
}

/** Whether it makes strategies, as `wait.fixed` does. */
const isFactory = (given: unknown): given is Declared => typeof given === 'function' && DECLARED in given;

function describe(given: unknown): string {
  if (given instanceof Strategy) return `the ${given.family} strategy ${String(given)}`;
  return isFactory(given) ? `${given[DECLARED][1].name} itself, which has to be called` : formatValue(given);
}
