/** @throws RangeError if the option `low` is above the option `high`. */
export function checkOrder<K extends string>(
  factory: string,
  low: K,
  options: Readonly<Record<K, number>>,
  high: K,
): void {
  if (options[low] <= options[high]) return;
  throw new RangeError(`${factory} takes ${low} ≤ ${high}, got ${low} ${options[low]} and ${high} ${options[high]}`);
}
