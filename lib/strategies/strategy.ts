import { isBranded } from '../base/brand.js';
import { formatValue, isPlain } from '../base/check.js';
import { INSPECT } from '../base/inspect.js';
import { isRegExp } from '../base/is-reg-exp.js';
import type { Declaration, Traits } from './declaration.js';

/**
 * How a strategy was made, from which its two written forms follow.
 *
 * @internal
 */
export interface Source {
  /** None for a plain function of the user's, which is the only argument. */
  readonly declaration?: Declaration;
  /** The arguments, checked and completed. */
  readonly args: readonly unknown[];
  /** The arguments that the user named, checked. */
  readonly given: readonly unknown[];
}

const NO_SOURCE: Partial<Source> = {};

/**
 * What all strategies share: an immutable object that prints itself as the code that made it and turns into JSON.
 * Nothing of a call is kept in a strategy, so one object serves any number of concurrent calls.
 */
export abstract class Strategy {
  /** @internal */
  static readonly $brand: string = 'tenax.Strategy';
  /** The option that takes strategies of this kind. @internal */
  abstract get family(): string;
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

  /** Whether it, or a strategy within it, looks at the time; a function or a class of the user's may. @internal */
  get readsClock(): boolean {
    const { declaration, args } = this.source ?? NO_SOURCE;
    if (declaration === undefined || declaration.readsClock === true) return true;
    return strategiesIn(args as readonly unknown[]).some((part) => part.readsClock);
  }

  /** Returns the code that made it: `stop.any(stop.afterAttempt(6), stop.afterDelay(30000))`. */
  toString(): string {
    if (this.source === undefined) return `new ${this.constructor.name}()`;
    const { declaration, given } = this.source;
    if (declaration === undefined) return printed(given[0]);
    const { name, form } = declaration;
    if (form === 'constant') return name;
    const list = (values: readonly unknown[]): string => values.map(printed).join(', ');
    return form === 'method'
      ? `${printed(given[0])}.${keyOf(declaration)}(${list(given.slice(1))})`
      : `${name}(${list(given)})`;
  }

  /** What Node prints: its code. @internal */
  [INSPECT](): string {
    return String(this);
  }

  /**
   * Returns plain JSON that `policyFromJSON` reads back: `{ "afterAttempt": 6 }`.
   *
   * @throws TypeError for what JSON cannot hold: a function, a strategy class of one's own, a signal.
   */
  toJSON(): unknown {
    const { declaration, given } = this.source ?? NO_SOURCE;
    if (declaration === undefined) throw new TypeError(`${this.family}: ${String(this)} cannot be written as JSON`);
    const values = (given as readonly unknown[]).map((value) => jsonValue(value, declaration.name, declaration));
    const isList = declaration.list !== undefined || values.length > 1;
    return { [keyOf(declaration)]: values.length === 0 ? {} : isList ? values : values[0] };
  }
}

/** What a strategy is called in JSON. @internal */
export const keyOf = ({ name }: Declaration): string => name.slice(name.lastIndexOf('.') + 1);

/** The fact about this one strategy, whatever it is made of. @internal */
export function traitOf<K extends keyof Traits>(strategy: Strategy, trait: K): Traits[K] | undefined {
  const { declaration, args } = strategy.source ?? NO_SOURCE;
  const fact = declaration?.[trait] as Traits[K] | ((...args: readonly unknown[]) => Traits[K]) | undefined;
  return typeof fact === 'function' ? fact(...(args as readonly unknown[])) : fact;
}

/** The strategies among these values and among their fields. */
const strategiesIn = (values: readonly unknown[]): Strategy[] =>
  values.flatMap((value) => (value instanceof Strategy ? value : Object.values(value as object))).filter(isStrategy);

const isStrategy = (value: unknown): value is Strategy => value instanceof Strategy;

/** A strategy and those that the user made it of, among its options too. @internal */
export function* partsOf(strategy: Strategy): Generator<Strategy> {
  yield strategy;
  for (const part of strategiesIn(strategy.source?.given ?? [])) yield* partsOf(part);
}

/** The first of these facts that is known of a strategy or of one that it is made of. @internal */
export function firstTrait<K extends keyof Traits>(strategy: Strategy, trait: K): Traits[K] | undefined {
  for (const part of partsOf(strategy)) {
    const fact = traitOf(part, trait);
    if (fact !== undefined) return fact;
  }
  return undefined;
}

/** A value as the code that makes it. @internal */
export function printed(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? '(state) => …' : value.name;
  if (typeof value === 'string') {
    // JSON's escapes are JavaScript's too.
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
  if (typeof value !== 'object' || value === null || value instanceof Strategy || isRegExp(value)) {
    return String(value);
  }
  if (!isPlain(value)) {
    // A logger, a limiter, a signal: what stands here is best known by its class.
    return value.constructor.name.replace(/^./, (initial) => initial.toLowerCase());
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0 ? '{}' : `{ ${fields.map(([key, field]) => `${key}: ${printed(field)}`).join(', ')} }`;
}

function jsonValue(value: unknown, where: string, { list, defaults = {} }: Partial<Declaration>): unknown {
  if (value instanceof Strategy) return value.toJSON();
  if (isRegExp(value)) return { source: value.source, flags: value.flags };
  // The only functions that factories take in lists are error classes.
  if (list !== undefined && typeof value === 'function' && value.name !== '') return className(value);
  if (Number.isFinite(value) || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    const fields = Object.entries(value).map(([key, field]): [string, unknown] => {
      if (field !== Infinity) return [key, field];
      // JSON has no Infinity: a limit that is infinite by default is left out, another is as large as can be.
      return [key, (defaults as Record<string, unknown>)[key] === Infinity ? undefined : Number.MAX_VALUE];
    });
    const named = fields.filter(([, field]) => field !== undefined);
    return Object.fromEntries(named.map(([key, field]) => [key, jsonValue(field, `${where} ${key}`, {})]));
  }
  throw new TypeError(`${where} holds ${formatValue(value)}, which cannot be written as JSON`);
}

/** By the brand, where there is one: a minifier does not change it. */
function className(Class: { readonly name: string; readonly $brand?: unknown }): string {
  return typeof Class.$brand === 'string' && Object.hasOwn(Class, '$brand')
    ? Class.$brand.slice('tenax.'.length)
    : Class.name;
}
