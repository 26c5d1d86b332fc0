import { isPlain, formatValue } from '../base/check.js';
import { isBranded } from '../base/brand.js';

/**
 * How a strategy was made, from which its two written forms follow.
 *
 * @internal
 */
export interface Source {
  /** The factory's name; none for a plain function of the user's. */
  readonly factory?: string;
  /** What the factory was given; absent for what is not called (`stop.never`). */
  readonly args?: readonly unknown[];
  /** The arguments as the user wrote them, where `args` are completed. */
  readonly given?: readonly unknown[];
  /** The arguments as JSON writes them, where they are others still. */
  readonly written?: readonly unknown[];
  /** `list`: the arguments are a list in JSON even when there is one; `method`: a method of the first argument. */
  readonly form?: 'list' | 'method';
}

/**
 * What all strategies share: an immutable object that prints itself as the code that made it and turns into JSON.
 * Nothing of a call is kept in a strategy, so one object serves any number of concurrent calls.
 */
export abstract class Strategy {
  /** @internal */
  static readonly $brand: string = 'tenax.Strategy';
  /** The name of the namespace whose factories make this kind. @internal */
  abstract readonly family: string;
  /** @internal */
  readonly source: Source | undefined;

  /** @internal */
  constructor(source?: Source) {
    this.source = source;
  }

  /** `instanceof` holds between the ESM and the CommonJS build. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(this, value);
  }

  /** Reads like the code that made it: `stop.any(stop.afterAttempt(6), stop.afterDelay(30000))`. */
  toString(): string {
    if (this.source === undefined) return `new ${this.constructor.name}()`;
    const { factory, args, given = args, form } = this.source;
    if (factory === undefined) return printed(given?.[0]);
    if (given === undefined) return `${this.family}.${factory}`;
    const [subject, ...rest] = given;
    const list = (values: readonly unknown[]): string => values.map(printed).join(', ');
    return form === 'method'
      ? `${printed(subject)}.${factory}(${list(rest)})`
      : `${this.family}.${factory}(${list(given)})`;
  }

  /**
   * Plain JSON that `policyFromJSON` reads back: `{ "afterAttempt": 6 }`.
   *
   * @throws TypeError for what JSON cannot hold: a function, a strategy class of one's own, a signal.
   */
  toJSON(): unknown {
    const { factory, args = [], written = args, form } = this.source ?? {};
    if (factory === undefined) throw new TypeError(`${this.family}: ${String(this)} cannot be written as JSON`);
    const values = written.map((value) => jsonValue(value, `${this.family}.${factory}`, form === 'list'));
    if (values.length === 0) return { [factory]: {} };
    return { [factory]: form === 'list' || values.length > 1 ? values : values[0] };
  }
}

/** A strategy and those that the user made it of, among its options too. @internal */
export function* partsOf(strategy: Strategy): Generator<Strategy> {
  yield strategy;
  const { args, given = args } = strategy.source ?? {};
  for (const value of given ?? []) {
    for (const part of value instanceof Strategy ? [value] : Object.values(value as object)) {
      if (part instanceof Strategy) yield* partsOf(part);
    }
  }
}

/** The members of a composition by `factory`; `a.or(b).or(c)` is one flat `any`. @internal */
export const flattened = <S extends Strategy>(factory: string, members: readonly S[]): readonly S[] =>
  members.flatMap((member) => (member.source?.factory === factory ? (member.source.args as readonly S[]) : [member]));

/** A value as the code that makes it. @internal */
export function printed(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? '(state) => …' : value.name;
  if (typeof value === 'string') {
    // JSON's escapes are JavaScript's too.
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
  if (typeof value !== 'object' || value === null || value instanceof Strategy || value instanceof RegExp) {
    return String(value);
  }
  if (!isPlain(value)) {
    // A logger, a limiter, a signal: what stands here is best known by its class.
    return value.constructor.name.replace(/^./, (initial) => initial.toLowerCase());
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0 ? '{}' : `{ ${fields.map(([key, field]) => `${key}: ${printed(field)}`).join(', ')} }`;
}

function jsonValue(value: unknown, where: string, inList: boolean): unknown {
  if (value instanceof Strategy) return value.toJSON();
  if (value instanceof RegExp) return { source: value.source, flags: value.flags };
  // The only functions that factories take in lists are error classes.
  if (inList && typeof value === 'function' && value.name !== '') return className(value);
  if (Number.isFinite(value) || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== Infinity);
    return Object.fromEntries(fields.map(([key, field]) => [key, jsonValue(field, `${where} ${key}`, false)]));
  }
  throw new TypeError(`${where} holds ${formatValue(value)}, which cannot be written as JSON`);
}

/** By the brand, where there is one: a minifier does not change it. */
function className(Class: { readonly name: string; readonly $brand?: unknown }): string {
  return typeof Class.$brand === 'string' && Object.hasOwn(Class, '$brand')
    ? Class.$brand.slice('tenax.'.length)
    : Class.name;
}
