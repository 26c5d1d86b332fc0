import type { Option } from '../strategies/declaration.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Family, Rule } from './grammar.js';
import { errorClass, fields, list, nothing, one, oneOf, pair, pattern, type Reader } from './reader.js';

/** Readers of the values that have another form in JSON. All other values are used unchanged. */
const READERS: Readonly<Record<string, Reader<unknown>>> = {
  stop: (value, place) => readStrategy('stop')(value, place),
  wait: (value, place) => readStrategy('wait')(value, place),
  retryIf: (value, place) => readStrategy('retryIf')(value, place),
  class: errorClass,
  pattern,
};

const unchanged: Reader<unknown> = (value) => value;

const readerOf = (option: Option): Reader<unknown> => READERS[option.type] ?? unchanged;

/** Returns a reader of the strategies of a family, such as `{ "afterAttempt": 6 }`. */
export const readStrategy =
  (family: Family): Reader<Strategy> =>
  (value, place) =>
    oneOf(place.grammar[family], (rule) => readerOfRule(rule, family))(value, place);

function readerOfRule({ declaration, make }: Rule, family: Family): Reader<Strategy> {
  const { form, value, options, list: members } = declaration;
  if (form === 'method') {
    const self = readStrategy(family);
    return value === undefined ? (inner, place) => make(self(inner, place)) : pair(self, make);
  }
  if (options !== undefined) {
    return fields(make, Object.fromEntries(Object.entries(options).map(([key, each]) => [key, readerOf(each)])));
  }
  if (members !== undefined) return list(readerOf(members), make);
  return value === undefined ? nothing(make) : one(readerOf(value), make);
}
