import { checkDuration, checkKeys } from '../base/check.js';

type Check = (name: string, value: unknown) => number;

/**
 * Fills defaults in and checks; `undefined` counts as left out. Options are durations, of which `max` alone may be
 * infinite; `others` checks those that are none.
 */
export function complete<K extends string>(
  factory: string,
  given: Partial<Record<K, unknown>>,
  defaults: Record<K, number>,
  others: Partial<Record<NoInfer<K>, Check>> = {},
): Record<K, number> {
  const keys = Object.keys(defaults) as K[];
  checkKeys(factory, given, keys);
  const options = { ...defaults };
  for (const key of keys) {
    if (given[key] === undefined) continue;
    const check: Check = others[key] ?? ((name, value) => checkDuration(name, value, { infinite: key === 'max' }));
    options[key] = check(`${factory}: ${key}`, given[key]);
  }
  return options;
}

export function checkOrder(factory: string, min: number, max: number): void {
  if (min > max) throw new RangeError(`${factory} takes min ≤ max, got min ${min} and max ${max}`);
}

/** Options are written as they were given: `wait.random()` stays `wait.random()`. A copy: what the user changes later does not count. */
export function shown(given: object): readonly unknown[] {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return named.length === 0 ? [] : [Object.freeze(Object.fromEntries(named))];
}
