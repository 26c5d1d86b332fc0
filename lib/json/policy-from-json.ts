/* eslint-disable @typescript-eslint/unbound-method -- the factories are functions in a namespace and use no `this` */
import { checkBoolean, checkDuration, checkKeys, formatValue } from '../base/check.js';
import { OPTION_NAMES } from '../engine/policy.js';
import type { RetryOptions } from '../engine/options.js';
import { networkError, status, type StatusPattern } from '../strategies/http-conditions.js';
import { retryIf, type RetryStrategy } from '../strategies/retry-if.js';
import { stop, type StopStrategy } from '../strategies/stop.js';
import { wait, type WaitStrategy } from '../strategies/wait.js';
import { errorClasses, type ExceptionTypes } from './error-classes.js';
import { at, errorClass, fields, list, nothing, one, oneOf, pair, pattern, type Place, type Reader } from './reader.js';

const readStop: Reader<StopStrategy> = (value, place) =>
  oneOf<StopStrategy>({
    never: nothing(() => stop.never),
    afterAttempt: one(stop.afterAttempt),
    afterDelay: one(stop.afterDelay),
    beforeDelay: one(stop.beforeDelay),
    any: list(readStop, stop.any),
    all: list(readStop, stop.all),
  })(value, place);

const EXPONENTIAL = { initial: undefined, max: undefined, expBase: undefined, min: undefined };

const readWait: Reader<WaitStrategy> = (value, place) =>
  oneOf<WaitStrategy>({
    none: nothing(wait.none),
    fixed: one(wait.fixed),
    random: fields(wait.random, { min: undefined, max: undefined }),
    incrementing: fields(wait.incrementing, { start: undefined, increment: undefined, max: undefined }),
    exponential: fields(wait.exponential, EXPONENTIAL),
    randomExponential: fields(wait.randomExponential, EXPONENTIAL),
    fullJitter: fields(wait.fullJitter, EXPONENTIAL),
    exponentialJitter: fields(wait.exponentialJitter, { ...EXPONENTIAL, jitter: undefined }),
    decorrelatedJitter: fields(wait.decorrelatedJitter, { base: undefined, max: undefined }),
    fibonacci: fields(wait.fibonacci, { initial: undefined, max: undefined }),
    chain: list(readWait, wait.chain),
    combine: list(readWait, wait.combine),
    retryAfter: fields(wait.retryAfter, { max: undefined, fallback: readWait }),
    cappedAt: pair(readWait, (strategy, ms) => strategy.cappedAt(ms)),
    atLeast: pair(readWait, (strategy, ms) => strategy.atLeast(ms)),
    withJitter: pair(readWait, (strategy, fraction) => strategy.withJitter(fraction)),
  })(value, place);

const readRetryIf: Reader<RetryStrategy> = (value, place) =>
  oneOf<RetryStrategy>({
    always: nothing(() => retryIf.always),
    never: nothing(() => retryIf.never),
    exception: nothing(() => retryIf.exception()),
    exceptionType: list(errorClass, retryIf.exceptionType),
    notExceptionType: list(errorClass, retryIf.notExceptionType),
    unlessExceptionType: list(errorClass, retryIf.unlessExceptionType),
    exceptionCauseType: list(errorClass, retryIf.exceptionCauseType),
    exceptionMessage: fields(retryIf.exceptionMessage, { message: undefined, match: pattern }),
    notExceptionMessage: fields(retryIf.notExceptionMessage, { message: undefined, match: pattern }),
    any: list(readRetryIf, retryIf.any),
    all: list(readRetryIf, retryIf.all),
    status: list((pattern) => pattern as StatusPattern, status),
    networkError: nothing(networkError),
    not: (inner, there) => readRetryIf(inner, there).not(),
  })(value, place);

const text: Reader<string> = (value, { path }) => {
  if (typeof value !== 'string') throw new TypeError(`${path} takes a string, got ${formatValue(value)}`);
  return value;
};

const duration: Reader<number> = (value, { path }) => checkDuration(path, value);
const flag: Reader<boolean> = (value, { path }) => checkBoolean(path, value);

const OPTIONS: Readonly<Record<string, Reader<unknown>>> = {
  stop: readStop,
  wait: readWait,
  retryIf: readRetryIf,
  reraise: flag,
  attemptTimeout: duration,
  deadline: duration,
  name: text,
  enabled: flag,
};

/**
 * The options of a policy from plain JSON, in the form that `toJSON()` of a policy and of every strategy writes:
 *
 * ```json
 * { "stop": { "any": [{ "afterAttempt": 6 }, { "afterDelay": 30000 }] }, "wait": { "fixed": 1000 }, "reraise": true }
 * ```
 *
 * `$schema` is passed over, so that a file may name `tenax/policy.schema.json` and an editor completes and checks it.
 *
 * @param options `exceptionTypes`: the error classes that the JSON names, a record or a list; tenax's own and the
 *   platform's are known without it
 * @throws TypeError or RangeError that begins with the path to the mistake and gives the nearest right name.
 */
export function policyFromJSON(
  json: unknown,
  options: { readonly exceptionTypes?: ExceptionTypes | undefined } = {},
): RetryOptions<any> {
  checkKeys('policyFromJSON', options, ['exceptionTypes']);
  const classes = errorClasses(options.exceptionTypes);
  if (typeof json === 'string') throw new TypeError('policyFromJSON takes what JSON.parse answers, got a string');
  checkKeys('the policy', json, ['$schema', ...OPTION_NAMES]);
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json as object)) {
    if (name === '$schema') continue;
    const reader = OPTIONS[name];
    if (reader === undefined)
      throw new TypeError(`${name} cannot be written as JSON; add it to what policyFromJSON answers`);
    const place: Place = { path: name, classes };
    read[name] = at(place, () => reader(value, place));
  }
  return read as RetryOptions<any>;
}
