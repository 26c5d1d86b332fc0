import { checkKeys } from '../base/check.js';
import type { Declaration } from './declaration.js';
import type { Source, Strategy } from './strategy.js';

/** The options that take a strategy which JSON can hold. */
export type Family = 'stop' | 'wait' | 'retryIf';

/** Under this key a factory carries what it was declared as. @internal */
export const DECLARED: unique symbol = Symbol.for('tenax.declared') as never;

/** A factory that knows what it was declared as, so that `policyFromJSON` can read what it makes. */
export interface Declared {
  /** @internal */
  readonly [DECLARED]: readonly [Family, Declaration];
}

/** A strategy of a class that is complete but for these fields. */
export const built = <S extends Strategy>(Class: { readonly prototype: S }, fields: Partial<S>): S =>
  Object.freeze(Object.assign(Object.create(Class.prototype) as S, fields));

/** Makes the factory of a declaration. `make` receives the arguments checked and completed. @internal */
export function factoryOf<S extends Strategy>(
  family: Family,
  declaration: Declaration,
  make: (source: Source, ...args: never[]) => S,
): ((...given: unknown[]) => S) & Declared {
  const { name, value, optional, options, list, flat } = declaration;
  let only: S | undefined;
  const made = (args: readonly unknown[], given = args): S => make({ declaration, args, given }, ...(args as never[]));

  const factory = (...given: readonly unknown[]): S => {
    const [first] = given;
    if (options !== undefined) {
      const [completed, shown] = complete(declaration, options, first === undefined ? {} : first);
      return made([completed], shown);
    }
    if (list !== undefined) {
      if (given.length === 0 && list.atLeastOne !== undefined) throw new TypeError(`${name} takes ${list.atLeastOne}`);
      const members = given.map((member): unknown => list.check(name, member));
      return made(flat === true ? flattened(name, members as Strategy[]) : members);
    }
    if (value !== undefined && !(optional === true && first === undefined)) return made([value.check(name, first)]);
    // Without an argument they are all the same.
    return (only ??= made([]));
  };
  return Object.assign(factory, { [DECLARED]: [family, declaration] as const });
}

/** The completed options, and those that were named, in the order in which they were; `undefined` counts as left out. */
function complete(
  { name, defaults, check, order }: Declaration,
  options: NonNullable<Declaration['options']>,
  given: unknown,
): [object, readonly object[]] {
  checkKeys(name, given, Object.keys(options));
  const values = given as Record<string, unknown>;
  const completed: Record<string, unknown> = { ...defaults };
  for (const [key, option] of Object.entries(options)) {
    if (values[key] !== undefined) completed[key] = option.check(`${name}: ${key}`, values[key]);
  }
  check?.(completed);
  if (order !== undefined) checkOrder(name, completed, order);
  const named = Object.keys(values).filter((key) => values[key] !== undefined);
  const shown = Object.freeze(Object.fromEntries(named.map((key) => [key, completed[key]])));
  return [completed, named.length === 0 ? [] : [shown]];
}

/** Makes the strategy of a declaration that is not called. */
export const constant = <D, S>(define: (declaration: D) => () => S, declaration: D): S => define(declaration)();

const flattened = (name: string, members: readonly Strategy[]): readonly unknown[] =>
  members.flatMap((member) => (member.source?.declaration?.name === name ? member.source.args : [member]));

function checkOrder(name: string, options: Record<string, unknown>, [low, high]: readonly [string, string]): void {
  const [least, most] = [options[low] as number, options[high] as number];
  if (!(least <= most)) throw new RangeError(`${name} takes ${low} ≤ ${high}, got ${low} ${least} and ${high} ${most}`);
}
