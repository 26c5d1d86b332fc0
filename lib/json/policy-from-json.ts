import { checkKeys, formatValue } from '../base/check.js';
import type { RetryOptions } from '../engine/options.js';
import { OPTION_NAMES } from '../engine/policy.js';
import { JSON_KINDS } from '../engine/serialize.js';
import type { Option } from '../strategies/declaration.js';
import { duration, finite, flag, text } from '../strategies/options.js';
import { errorClasses, type ExceptionTypes } from './error-classes.js';
import { grammar, type StrategyFactory } from './grammar.js';
import { at, type Place, type Reader } from './reader.js';
import { readStrategy } from './read-strategy.js';

const checkAs =
  ({ check }: Option): Reader<unknown> =>
  (value, { path }) =>
    check(path, value) as unknown;

/** How a value of each kind is read. */
const READERS: Readonly<Record<NonNullable<(typeof JSON_KINDS)[keyof RetryOptions]>, Reader<unknown>>> = {
  stop: readStrategy('stop'),
  wait: readStrategy('wait'),
  retryIf: readStrategy('retryIf'),
  flag: checkAs(flag),
  duration: checkAs(duration),
  finite: checkAs(finite),
  text: checkAs(text),
};

/**
 * Returns the options of a policy from plain JSON, in the form that `toJSON()` of a policy and of every strategy writes:
 *
 * ```json
 * { "stop": { "any": [{ "afterAttempt": 6 }, { "afterDelay": 30000 }] }, "wait": { "fixed": 1000 }, "reraise": true }
 * ```
 *
 * `$schema` is ignored, so that a file may name `tenax/policy.schema.json` and an editor completes and checks it.
 *
 * @param options `exceptionTypes`: the error classes that the JSON names, as a record or a list; tenax's own and the
 *   platform's are always known. `strategies`: your own factories that the JSON names, from `defineStop`,
 *   `defineWait` and `defineRetryCondition`.
 * @throws TypeError or RangeError whose message begins with the path to the mistake and names the nearest correct name.
 *
 * @example
 * ```ts
 * import { Retrying } from 'tenax';
 * import { policyFromJSON } from 'tenax/json';
 *
 * const policy = new Retrying(policyFromJSON({ stop: { afterAttempt: 3 }, wait: { fixed: 100 } }));
 * console.log(String(policy)); // new Retrying({ stop: stop.afterAttempt(3), wait: wait.fixed(100) })
 * ```
 */
export function policyFromJSON(
  json: unknown,
  options: {
    readonly exceptionTypes?: ExceptionTypes | undefined;
    readonly strategies?: readonly StrategyFactory[] | undefined;
  } = {},
): RetryOptions<any> {
  checkKeys('policyFromJSON', options, ['exceptionTypes', 'strategies']);
  const { exceptionTypes, strategies } = options;
  if (strategies !== undefined && !Array.isArray(strategies)) {
    throw new TypeError(`strategies takes a list of factories, got ${formatValue(strategies)}`);
  }
  const known = { classes: errorClasses(exceptionTypes), grammar: grammar(strategies) };
  if (typeof json === 'string') throw new TypeError('policyFromJSON takes what JSON.parse returns, got a string');
  checkKeys('the policy', json, ['$schema', ...OPTION_NAMES]);
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json as object)) {
    if (name === '$schema') continue;
    const kind = JSON_KINDS[name as keyof RetryOptions];
    if (kind === undefined) {
      throw new TypeError(`${name} cannot be written as JSON; add it to what policyFromJSON returns`);
    }
    const place: Place = { ...known, path: name };
    read[name] = at(place, () => READERS[kind](value, place));
  }
  return read as RetryOptions<any>;
}
