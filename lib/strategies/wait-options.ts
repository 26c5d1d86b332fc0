import { checkDuration, checkFinite, checkKeys } from '../base/check.js';

/** Fills defaults in and checks; `undefined` counts as left out. */
export function complete<K extends string>(
  factory: string,
  given: Partial<Record<K, unknown>>,
  defaults: Record<K, number>,
  signed: readonly NoInfer<K>[] = [],
): Record<K, number> {
  const keys = Object.keys(defaults) as K[];
  checkKeys(factory, given, keys);
  const options = { ...defaults };
  for (const key of keys) {
    if (given[key] === undefined) continue;
    const name = `${factory}: ${key}`;
    options[key] = signed.includes(key)
      ? checkFinite(name, given[key])
      : checkDuration(name, given[key], { infinite: key === 'max' });
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
