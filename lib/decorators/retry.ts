import type { RetryOptions } from '../engine/options.js';
import { Retrying } from '../engine/retrying.js';
import type { AnyFunction } from '../engine/wrap.js';
import type { CallStatistics } from '../call/statistics.js';
import { decorateMethod, qualifiedName, type AsyncMethodDecorator } from './method.js';
import { policyOf } from './policy-of.js';
import { register } from './registry.js';

type RetryPolicy = RetryOptions<any> | ((self: any) => RetryOptions<any>) | Retrying;

/**
 * Retries an async method (tenacity's `@retry`). It works with `experimentalDecorators`, with or without emitted metadata,
 * and with TC39 standard decorators. It accepts instance, static, inherited, overridden and private methods. The method
 * keeps its `this`, name, length and metadata.
 *
 * @param policy Options; or a function that returns the options of an instance, called once per instance; or a `Retrying`,
 *   which also counts the method's calls in its totals.
 * @throws TypeError or RangeError for a wrong option, when the class is defined; TypeError for a generator method, and for one
 *   that returns no Promise according to emitted metadata.
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
export function Retry(...given: unknown[]): AsyncMethodDecorator {
  const { common, of: retryingFor } = policyOf('@Retry', 'async methods', given, (options) =>
    options instanceof Retrying ? options : new Retrying(options),
  );
  return ((...args: unknown[]) =>
    decorateMethod('@Retry()', args, (method) => {
      const statistics = new WeakMap<object, CallStatistics>();
      const { fn } = method;
      const nameFor = (self: unknown): string => qualifiedName(method, self);
      const wrapped = function (this: unknown, ...values: unknown[]): Promise<unknown> {
        const holder = typeof this === 'object' || typeof this === 'function' ? this : null;
        let retrying: Retrying;
        try {
          retrying = common ?? retryingFor(holder ?? wrapped);
        } catch (error) {
          return Promise.reject(error);
        }
        const bySelf = holder === null ? undefined : statistics;
        return retrying.execute(this, fn as AnyFunction, values, nameFor, undefined, bySelf);
      };
      register(wrapped, {
        policy: common ?? (given[0] as (self: never) => unknown),
        retryingFor,
        retried: { original: fn, nameFor, statistics },
      });
      return wrapped;
    })) as AsyncMethodDecorator;
}
