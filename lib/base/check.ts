import { nearest } from './nearest.js';
import { ignoreRejection } from './thenable.js';

/**
 * Checks of what users pass in. Each throws at once, with the option's name and what it takes; a value is shown as it
 * would be typed.
 */

/** Credentials with a slash, "?" or "#" in the password: what follows the colon is no port. */
const BROKEN_CREDENTIALS = /:\/\/[^/?#@:[]{0,1000}:(?!\d{0,5}(?:[/?#]|$))[^@]{1,1000}@/;

/** An address without its credentials and its query, for instance one that was passed in place of options. */
const withoutSecret = (address: string): string =>
  address
    .replace(BROKEN_CREDENTIALS, '://')
    .replace(/:\/\/[^/?#]*@/, '://')
    .replace(/[?#].*/s, '');

/** Shows a value in a message: short, on one line, never the content of an object. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.includes('://') ? withoutSecret(value) : value;
    return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 40)}…` : shown);
  }
  if (typeof value === 'function') {
    const what = isClass(value) ? 'class' : 'function';
    return value.name === '' ? `a ${what}` : `the ${what} ${value.name}`;
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  const maker = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof maker === 'string' && maker !== '' && maker !== 'Object' ? `an instance of ${maker}` : 'an object';
}

/** A class, which cannot be called: of classes alone `prototype` is read-only. */
export const isClass = (value: unknown): boolean =>
  typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;

/** Throws unless `value` is a number that is not NaN. `takes` says what the option takes. */
function checkNumber(option: string, value: unknown, takes: string): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${option} takes ${takes}, got ${formatValue(value)}`);
  if (Number.isNaN(value)) throw new RangeError(`${option} takes ${takes}, got NaN`);
}

/** A duration in milliseconds: a number ≥ 0; `Infinity` only where it is allowed. */
export function checkDuration(option: string, value: unknown, { infinite = false } = {}): number {
  const takes = `a duration in milliseconds (a ${infinite ? '' : 'finite '}number ≥ 0)`;
  checkNumber(option, value, takes);
  if (value < 0 || (!infinite && value === Infinity)) throw new RangeError(`${option} takes ${takes}, got ${value}`);
  return value;
}

/** A number within [min, max]. With `Number.MAX_VALUE` as `max`, any finite number from `min` on. */
export function checkRange(option: string, value: unknown, min: number, max: number): number {
  const takes = takesRange(min, max);
  checkNumber(option, value, takes);
  if (value < min || value > max) throw new RangeError(`${option} takes ${takes}, got ${value}`);
  return value;
}

function takesRange(min: number, max: number): string {
  if (max === Infinity) return `a number ≥ ${min}`;
  return max === Number.MAX_VALUE ? `a finite number ≥ ${min}` : `a number from ${min} to ${max}`;
}

/** Any number but NaN; `Infinity` is allowed. */
export function checkNotNaN(option: string, value: unknown): number {
  checkNumber(option, value, 'a number');
  return value;
}

/** A finite number above 0. */
export function checkPositive(option: string, value: unknown): number {
  const takes = 'a finite number > 0';
  checkNumber(option, value, takes);
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${option} takes ${takes}, got ${value}`);
  return value;
}

/** Any finite number. */
export function checkFinite(option: string, value: unknown): number {
  const takes = 'a finite number';
  checkNumber(option, value, takes);
  if (!Number.isFinite(value)) throw new RangeError(`${option} takes ${takes}, got ${value}`);
  return value;
}

/** A whole number ≥ `min`; `Infinity` only where it is allowed. */
export function checkWhole(option: string, value: unknown, min = 0, { infinite = false } = {}): number {
  const takes = `a whole number ≥ ${min}`;
  checkNumber(option, value, takes);
  if (value < min || !(Number.isInteger(value) || (infinite && value === Infinity))) {
    throw new RangeError(`${option} takes ${takes}, got ${value}`);
  }
  return value;
}

export function checkName(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${option} takes a name that is not empty, got ${formatValue(value)}`);
}

export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${option} takes true or false, got ${formatValue(value)}`);
  return value;
}

export function checkFunction(option: string, value: unknown, takes = 'a function'): void {
  if (typeof value !== 'function') throw new TypeError(`${option} takes ${takes}, got ${formatValue(value)}`);
}

/** A function that can be called. A class cannot; `Boolean` and other built-in ones can. */
export const isCallback = (value: unknown): boolean =>
  typeof value === 'function' && !(isClass(value) && /^class\b/.test(Function.prototype.toString.call(value)));

/** Throws unless `value` is a function that an option can keep and call later. */
export function checkCallback(option: string, value: unknown, takes = 'a function'): void {
  if (!isCallback(value)) throw new TypeError(`${option} takes ${takes}, got ${formatValue(value)}`);
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as AbortSignal).aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function' &&
    typeof (value as AbortSignal).removeEventListener === 'function'
  );
}

export function checkSignal(option: string, value: unknown): AbortSignal {
  if (isAbortSignal(value)) return value;
  ignoreRejection(value);
  throw new TypeError(`${option} takes an AbortSignal, got ${formatValue(value)}`);
}

/** Throws unless `value` is a `Clock`. */
export function checkClock(option: string, value: unknown): void {
  const clock = value as { now?: unknown; sleep?: unknown } | null | undefined;
  if (typeof clock?.now !== 'function' || typeof clock.sleep !== 'function') {
    throw new TypeError(
      `${option} takes a clock, an object with now() and sleep(ms, signal), got ${formatValue(value)}`,
    );
  }
}

/** Asks whether a known name was meant, if any is near. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const near = nearest(word, known);
  return near === undefined ? undefined : `did you mean ${formatValue(near)}?`;
}

/** The same, and otherwise names all that are known. */
export const orAll = (word: string, known: readonly string[]): string =>
  suggestion(word, known) ?? `it takes ${known.join(', ')}`;

/** Made by a literal, of whatever realm, or without a prototype. */
export function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/**
 * Throws unless `value` is an object of options with known keys only; a wrong key is answered with the nearest. An object
 * of a class may hold options; one that holds nothing, as a Promise or a Map, was meant for something else.
 *
 * @param instead what to use in place of keys that other libraries know
 */
export function checkKeys(
  where: string,
  value: unknown,
  known: readonly string[],
  instead: Readonly<Record<string, string>> = {},
): void {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    (Object.keys(value).length === 0 && !isPlain(value))
  ) {
    throw new TypeError(`${where} takes an object with ${known.join(', ')}, got ${formatValue(value)}`);
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const hint = Object.hasOwn(instead, key) ? `use ${instead[key]}` : orAll(key, known);
    throw new TypeError(`${where} has no option ${formatValue(key)}; ${hint}`);
  }
}
