import { orAll, formatValue, suggestion } from '../base/check.js';
import type { ErrorClass } from '../strategies/error-conditions.js';
import type { Grammar } from './grammar.js';

/** The place of a value in the policy, and the names that are known there. */
export interface Place {
  /** The path of the value: `stop.any[1].afterDelay`. */
  readonly path: string;
  readonly classes: ReadonlyMap<string, ErrorClass>;
  readonly grammar: Grammar;
}

/** Reads a value at a place. @throws TypeError or RangeError whose message begins with the path. */
export type Reader<T> = (value: unknown, place: Place) => T;

/** The place of an inner value. */
const below = (place: Place, step: string): Place => ({ ...place, path: `${place.path}${step}` });

/** An error of the same class with another message. */
function restated(error: unknown, message: string): Error {
  const Class = error instanceof RangeError ? RangeError : TypeError;
  return new Class(message, { cause: error });
}

/** Calls `make`, and adds the path to the message of an error that it throws. */
export function at<T>(place: Place, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith(place.path)) throw error;
    throw restated(error, `${place.path}: ${message}`);
  }
}

/** Returns the entries of an object. @throws TypeError for any other value. */
function entriesOf(value: unknown, place: Place, takes: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${place.path} takes ${takes}, got ${formatValue(value)}`);
  }
  return Object.entries(value);
}

/** The error for an unknown name, whose path ends with that name. */
function unknown(name: string, { path }: Place, what: string, known: readonly string[]): TypeError {
  return new TypeError(`${path}.${name}: there is no such ${what}; ${orAll(name, known)}`);
}

/** Reads an object with exactly one key, which names the rule for its value: `{ "afterAttempt": 6 }`. */
export function oneOf<R, T>(grammar: Readonly<Record<string, R>>, readerOf: (rule: R) => Reader<T>): Reader<T> {
  return (value, place) => {
    const entries = entriesOf(value, place, 'an object with the name of a strategy');
    const known = Object.keys(grammar);
    for (const [name] of entries) if (!Object.hasOwn(grammar, name)) throw unknown(name, place, 'strategy', known);
    const [first] = entries;
    if (first === undefined || entries.length > 1) {
      throw new TypeError(`${place.path} takes one strategy, got ${entries.length}; write several as { "any": [ … ] }`);
    }
    const inner = below(place, `.${first[0]}`);
    return at(inner, () => readerOf(grammar[first[0]] as R)(first[1], inner));
  };
}

/** Reads `{}`, for a factory without arguments. */
export const nothing =
  <T>(make: () => T): Reader<T> =>
  (value, place) => {
    if (entriesOf(value, place, '{}').length > 0) throw new TypeError(`${place.path} takes {}`);
    return make();
  };

/** Reads one value, which the factory checks. */
export const one =
  <T>(reader: Reader<unknown>, make: (value: any) => T): Reader<T> =>
  (value, place) =>
    make(reader(value, place));

/**
 * Reads the options of a factory, which checks them.
 *
 * @param known The reader of each option.
 */
export const fields =
  <T>(make: (options: any) => T, known: Readonly<Record<string, Reader<unknown>>>): Reader<T> =>
  (value, place) => {
    const names = Object.keys(known);
    const read = entriesOf(value, place, `an object with ${names.join(', ')}`).map(([name, field]) => {
      if (!names.includes(name)) throw unknown(name, place, 'option', names);
      return [name, (known[name] as Reader<unknown>)(field, below(place, `.${name}`))] as const;
    });
    try {
      return make(Object.fromEntries(read));
    } catch (error) {
      // The message `wait.exponential: initial takes …` gets the path of the option `initial`.
      const about = /: (\w+ takes .*)/s.exec((error as Error).message);
      if (about === null) throw error;
      throw restated(error, `${place.path}.${about[1]}`);
    }
  };

/** Reads a list of arguments. `{}` stands for a factory without arguments. */
export const list =
  <M, T>(reader: Reader<M>, make: (...members: M[]) => T): Reader<T> =>
  (value, place) => {
    if (Array.isArray(value)) return make(...value.map((member, i) => reader(member, below(place, `[${i}]`))));
    if (entriesOf(value, place, 'a list').length > 0) throw new TypeError(`${place.path} takes a list, got an object`);
    return make();
  };

/** Reads `[strategy, number]`, for a method of the strategy. */
export const pair =
  <S, T>(reader: Reader<S>, make: (strategy: S, value: any) => T): Reader<T> =>
  (value, place) => {
    if (!Array.isArray(value) || value.length !== 2) {
      throw new TypeError(`${place.path} takes [strategy, number], got ${formatValue(value)}`);
    }
    const strategy = reader(value[0], below(place, '[0]'));
    return at(below(place, '[1]'), () => make(strategy, value[1]));
  };

/** Reads the name of an error class. */
export const errorClass: Reader<ErrorClass> = (name, place) => {
  if (typeof name !== 'string')
    throw new TypeError(`${place.path} takes the name of an error class, got ${formatValue(name)}`);
  const Class = place.classes.get(name);
  if (Class !== undefined) return Class;
  const meant = suggestion(name, [...place.classes.keys()]);
  const hint = meant === undefined ? '' : ` (${meant})`;
  throw new TypeError(`${place.path}: no error class ${formatValue(name)} is known${hint}; name it in exceptionTypes`);
};

/** Reads a text, or a RegExp written as `{ "source": "…", "flags": "i" }`. */
export const pattern: Reader<string | RegExp> = (value, place) => {
  if (typeof value === 'string') return value;
  const parts = Object.fromEntries(entriesOf(value, place, 'a string or { "source": "…", "flags": "…" }'));
  for (const name of Object.keys(parts)) {
    if (name !== 'source' && name !== 'flags') throw unknown(name, place, 'part of a RegExp', ['source', 'flags']);
  }
  const { source, flags = '' } = parts;
  if (typeof source !== 'string' || typeof flags !== 'string') {
    throw new TypeError(`${place.path} takes { "source": "…", "flags": "…" }, both strings`);
  }
  return at(place, () => new RegExp(source, flags));
};
