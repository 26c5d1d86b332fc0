import { orAll, formatValue, suggestion } from '../base/check.js';
import type { ErrorClass } from '../strategies/error-conditions.js';
import type { Grammar } from './grammar.js';

/** Where in the policy file a value stands, and what names mean there. */
export interface Place {
  /** `stop.any[1].afterDelay` */
  readonly path: string;
  readonly classes: ReadonlyMap<string, ErrorClass>;
  readonly grammar: Grammar;
}

/** Reads a value at a place. */
export type Reader<T> = (value: unknown, place: Place) => T;

/** A place further down. */
const below = (place: Place, step: string): Place => ({ ...place, path: `${place.path}${step}` });

/** The same mistake in other words. */
function restated(error: unknown, message: string): Error {
  const Class = error instanceof RangeError ? RangeError : TypeError;
  return new Class(message, { cause: error });
}

/** Errors of readers and factories are reported with the path. */
export function at<T>(place: Place, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith(place.path)) throw error;
    throw restated(error, `${place.path}: ${message}`);
  }
}

/** Returns the entries of `value`; throws unless it is a plain object. */
function entriesOf(value: unknown, place: Place, takes: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${place.path} takes ${takes}, got ${formatValue(value)}`);
  }
  return Object.entries(value);
}

/** The path of a wrong name ends with it. */
function unknown(name: string, { path }: Place, what: string, known: readonly string[]): TypeError {
  return new TypeError(`${path}.${name}: there is no such ${what}; ${orAll(name, known)}`);
}

/** `{ "afterAttempt": 6 }`: one key, which names what is read by its reader. */
export function oneOf<R, T>(grammar: Readonly<Record<string, R>>, readerOf: (rule: R) => Reader<T>): Reader<T> {
  return (value, place) => {
    const entries = entriesOf(value, place, 'an object with the name of a strategy');
    const known = Object.keys(grammar);
    for (const [name] of entries) if (!Object.hasOwn(grammar, name)) throw unknown(name, place, 'strategy', known);
    const [first] = entries;
    if (first === undefined || entries.length > 1) {
      throw new TypeError(`${place.path} takes one strategy, got ${entries.length}; several stand in { "any": [ … ] }`);
    }
    const inner = below(place, `.${first[0]}`);
    return at(inner, () => readerOf(grammar[first[0]] as R)(first[1], inner));
  };
}

/** `{}`: a factory without arguments. */
export const nothing =
  <T>(make: () => T): Reader<T> =>
  (value, place) => {
    if (entriesOf(value, place, '{}').length > 0) throw new TypeError(`${place.path} takes {}`);
    return make();
  };

/** One plain value, which the factory checks. */
export const one =
  <T>(reader: Reader<unknown>, make: (value: any) => T): Reader<T> =>
  (value, place) =>
    make(reader(value, place));

/**
 * The options of a factory, which it checks itself.
 *
 * @param known a reader for each by its name
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
      // `wait.exponential: initial takes …` is reported with the path of that option.
      const said = /: (\w+ takes .*)/s.exec((error as Error).message);
      if (said === null) throw error;
      throw restated(error, `${place.path}.${said[1]}`);
    }
  };

/** A list of the same; `{}` where the factory may be called without any. */
export const list =
  <M, T>(reader: Reader<M>, make: (...members: M[]) => T): Reader<T> =>
  (value, place) => {
    if (Array.isArray(value)) return make(...value.map((member, i) => reader(member, below(place, `[${i}]`))));
    if (entriesOf(value, place, 'a list').length > 0) throw new TypeError(`${place.path} takes a list, got an object`);
    return make();
  };

/** `[strategy, number]`: a method of the strategy. */
export const pair =
  <S, T>(reader: Reader<S>, make: (strategy: S, value: any) => T): Reader<T> =>
  (value, place) => {
    if (!Array.isArray(value) || value.length !== 2) {
      throw new TypeError(`${place.path} takes [strategy, number], got ${formatValue(value)}`);
    }
    const strategy = reader(value[0], below(place, '[0]'));
    return at(below(place, '[1]'), () => make(strategy, value[1]));
  };

/** An error class by its name. */
export const errorClass: Reader<ErrorClass> = (name, place) => {
  if (typeof name !== 'string')
    throw new TypeError(`${place.path} takes the name of an error class, got ${formatValue(name)}`);
  const Class = place.classes.get(name);
  if (Class !== undefined) return Class;
  const meant = suggestion(name, [...place.classes.keys()]);
  const hint = meant === undefined ? '' : ` (${meant})`;
  throw new TypeError(`${place.path}: no error class ${formatValue(name)} is known${hint}; name it in exceptionTypes`);
};

/** A text, or a RegExp as `{ "source": "…", "flags": "i" }`. */
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
