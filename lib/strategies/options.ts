import {
  checkBoolean,
  checkDuration,
  checkFinite,
  checkRange,
  checkSignal,
  checkWhole,
  formatValue,
} from '../base/check.js';
import { isRegExp } from '../base/is-reg-exp.js';
import type { Option } from './declaration.js';

/** Milliseconds: a finite number ≥ 0. */
export const duration: Option<number> = {
  type: 'duration',
  check: (option, given) => checkDuration(option, given),
};

/** Milliseconds: a number ≥ 0, or `Infinity`. */
export const openDuration: Option<number> = {
  type: 'openDuration',
  check: (option, given) => checkDuration(option, given, { infinite: true }),
};

/** Any finite number. */
export const finite: Option<number> = { type: 'finite', check: (option, given) => checkFinite(option, given) };

/** A finite number ≥ 0. */
export const factor: Option<number> = {
  type: 'factor',
  check: (option, given) => checkRange(option, given, 0, Number.MAX_VALUE),
};

/** A number from 0 to 1. */
export const fraction: Option<number> = {
  type: 'fraction',
  check: (option, given) => checkRange(option, given, 0, 1),
};

/** A whole number ≥ 0. */
export const whole: Option<number> = { type: 'whole', check: (option, given) => checkWhole(option, given) };

/** true or false. */
export const flag: Option<boolean> = { type: 'flag', check: (option, given) => checkBoolean(option, given) };

/** A text. */
export const text: Option<string> = {
  type: 'text',
  check(option, given) {
    if (typeof given !== 'string') throw new TypeError(`${option} takes a string, got ${formatValue(given)}`);
    return given;
  },
};

/** A text or a RegExp. */
export const pattern: Option<string | RegExp> = {
  type: 'pattern',
  check(option, given) {
    if (typeof given === 'string' || isRegExp(given)) return given;
    throw new TypeError(`${option} takes a string or a RegExp, got ${formatValue(given)}`);
  },
};

/** An `AbortSignal`. It has no form in JSON. */
export const signal: Option<AbortSignal> = {
  type: 'signal',
  check: (option, given) => checkSignal(option, given),
};
