import { isClass, formatValue } from '../base/check.js';
import { ignoreRejection, isThenable } from '../base/thenable.js';
import type { RetryOptions } from '../engine/options.js';
import { Retrying } from '../engine/retrying.js';
import type { AnyFunction } from '../engine/wrap.js';
import type { CallStatistics } from '../call/statistics.js';
import { decorateMethod, qualifiedName, type AsyncMethodDecorator } from './method.js';
import { register } from './registry.js';

type RetryPolicy = RetryOptions<any> | ((self: any) => RetryOptions<any>) | Retrying;

/**
 * Retries an async method (tenacity's `@retry`). It works with `experimentalDecorators`, with or without emitted metadata,
 * and with TC39 standard decorators. It accepts instance, static, inherited, overridden and private methods. The method
 * keeps its `this`, name, length and metadata.
 *
 * @param policy Options; or a function that returns the options of an instance, called once per instance; or a `Retrying`,
 *   which also counts the method's calls in its totals.
 * @throws TypeError or RangeError for a wrong option, and for a method that is not async, when the class is defined.
 *
 * @example
 * ```ts
 * import { Retry, stop, wait } from 'tenax';
 *
 * class Service {
 *   @Retry({ stop: stop.afterAttempt(3), wait: wait.exponentialJitter({ initial: 100 }) })
 *   async find(id: number): Promise<number> {
 *     return id;
 *   }
 * }
 * console.assert((await new Service().find(7)) === 7);
 * ```
 */
export function Retry(policy?: RetryPolicy): AsyncMethodDecorator;
export function Retry(policy: RetryPolicy = {}, ...more: unknown[]): AsyncMethodDecorator {
  if (more.length > 0 || isClass(policy)) {
    throw new TypeError('@Retry() decorates async methods and is written with parentheses: @Retry({ … })');
  }
  const common = typeof policy === 'function' ? undefined : policy instanceof Retrying ? policy : new Retrying(policy);
  const own = new WeakMap<object, Retrying>();

  const retryingFor = (self: object): Retrying => {
    if (common !== undefined) return common;
    let retrying = own.get(self);
    if (retrying === undefined) {
      const options: unknown = ignoreRejection((policy as (self: object) => RetryOptions)(self));
      if (typeof options !== 'object' || options === null) {
        throw new TypeError(`@Retry(self => …) takes a function that returns options, got ${formatValue(options)}`);
      }
      if (isThenable(options)) {
        throw new TypeError('@Retry(self => …) takes a function that returns options at once, it must not be async');
      }
      retrying = options instanceof Retrying ? options : new Retrying(options);
      own.set(self, retrying);
    }
    return retrying;
  };

  return ((...args: unknown[]) =>
    decorateMethod('@Retry()', args, (method) => {
      const statistics = new WeakMap<object, CallStatistics>();
      const { fn } = method;
      const nameFor = (self: unknown): string => qualifiedName(method, self);
      const wrapped = function (this: unknown, ...given: unknown[]): Promise<unknown> {
        const holder = typeof this === 'object' || typeof this === 'function' ? this : null;
        let retrying: Retrying;
        try {
          retrying = retryingFor(holder ?? wrapped);
        } catch (error) {
          return Promise.reject(error);
        }
        const calls = holder === null ? undefined : statistics;
        return retrying.execute(this, fn as AnyFunction, given, nameFor, undefined, calls);
      };
      register(wrapped, {
        policy: common ?? (policy as (self: never) => unknown),
        retryingFor,
        original: fn,
        nameFor,
        statistics,
      });
      return wrapped;
    })) as AsyncMethodDecorator;
}
