import { formatValue, isClass } from '../base/check.js';
import { isGeneratorFunction } from '../base/is-generator.js';
import type { RetryingOfCall } from '../call/call-state.js';
import type { RetryStatistics } from '../call/statistics.js';
import type { RetryOptions } from './options.js';

/** Any function. Wrappers keep the function's own type, with its parameters and its result. */
export type AnyFunction = (this: any, ...args: any[]) => unknown;

/** The type of a wrapped function: an async one keeps its type, generics included; a sync one returns a Promise. */
export type Promising<F extends AnyFunction> = F extends (...args: never[]) => Promise<unknown>
  ? F
  : (this: ThisParameterType<F>, ...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

/** A wrapped function, with its policy. */
export type Retried<F extends AnyFunction> = Promising<F> & {
  /** The policy that it runs under. */
  readonly retrying: RetryingOfCall;
  /** Returns the same function under its policy with some options replaced. */
  retryWith(overrides: RetryOptions<Awaited<ReturnType<F>>>): Retried<F>;
  /** The statistics of the call that started last; `undefined` before the first call. */
  readonly statistics: RetryStatistics | undefined;
};

/** Throws for a generator function: what it returns has not begun, so that there is nothing to retry. */
export function refuseGenerator(what: string, fn: AnyFunction): void {
  if (!isGeneratorFunction(fn)) return;
  const given = fn.name === '' ? 'a generator function' : `the generator function ${fn.name}`;
  throw new TypeError(
    `${what} functions that return a value or a Promise, got ${given}; use retryStream or @RetryStream for streams`,
  );
}

/** Puts a policy around a function. The wrapper keeps name, length and `this`. */
export function wrap<F extends AnyFunction>(retrying: RetryingOfCall, fn: F): Retried<F> {
  refuseGenerator('retry wraps', fn);
  if (isClass(fn)) throw new TypeError(`retry wraps functions that can be called, got ${formatValue(fn)}`);
  const fnName = retrying.nameOf(fn);
  const wrapped = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return retrying.execute(this, fn, args, fnName);
  };
  Object.defineProperties(wrapped, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
    retrying: { value: retrying },
    retryWith: { value: (overrides: RetryOptions) => wrap(retrying.copy(overrides), fn) },
    statistics: { get: () => retrying.statistics },
  });
  return wrapped as unknown as Retried<F>;
}
