import { formatValue } from '../base/check.js';
import type { RetryOptions } from '../engine/options.js';
import type { Retrying } from '../engine/retrying.js';
import type { AnyFunction, Retried } from '../engine/wrap.js';
import type { RetryStatistics } from '../call/statistics.js';
import type { AsyncMethod } from './method.js';
import { recordOf, type DecoratedMethod } from './registry.js';

/** The names of the async methods of `S`. */
export type AsyncMethodName<S> = { [K in keyof S]-?: S[K] extends AsyncMethod ? K : never }[keyof S];

/** What `Function.prototype.bind` returns, plus the properties of a wrapped function. */
type Bound<M> = OmitThisParameter<M> & Pick<Retried<AnyFunction>, 'retrying' | 'statistics'>;

function find(service: object, key: PropertyKey): DecoratedMethod {
  const method = recordOf((service as Record<PropertyKey, unknown>)[key]);
  if (method === undefined)
    throw new TypeError(`${String(key)} of ${formatValue(service)} is not decorated with @Retry`);
  return method;
}

/**
 * Returns the method, bound to `service`, under its policy with some options replaced (tenacity's `retry_with`). Like any
 * wrapped function it has `.retrying` and `.statistics`.
 */
export function retryWith<S extends object, K extends AsyncMethodName<S>>(
  service: S,
  key: K,
  overrides: RetryOptions<S[K] extends AsyncMethod ? Awaited<ReturnType<S[K]>> : never>,
): Bound<S[K]> {
  const { retryingFor, original, nameFor } = find(service, key);
  const retrying = retryingFor(service).copy(overrides);
  const bound = (...args: unknown[]): Promise<unknown> => retrying.execute(service, original, args, nameFor);
  return Object.defineProperties(bound, {
    name: { value: `bound ${original.name}`, configurable: true },
    length: { value: original.length, configurable: true },
    retrying: { value: retrying },
    statistics: { get: () => retrying.statistics },
  }) as unknown as Bound<S[K]>;
}

/** Returns the policy of a decorated method. For `@Retry(self => …)` it is the policy of this instance. */
export const retryingOf = <S extends object>(service: S, key: AsyncMethodName<S>): Retrying =>
  find(service, key).retryingFor(service);

/**
 * Returns the statistics of the last call of a decorated method on this instance; `undefined` before the first call.
 */
export const statisticsOf = <S extends object>(service: S, key: AsyncMethodName<S>): RetryStatistics | undefined =>
  find(service, key).statistics.get(service)?.statistics;

/**
 * Returns every decorated method of a class, inherited and static ones included, with its policy: a `Retrying`, or the
 * function that returns the options of an instance.
 */
export function retryPolicies(
  Class: abstract new (...args: never[]) => object,
): Map<PropertyKey, Retrying | ((self: never) => unknown)> {
  const policies = new Map<PropertyKey, Retrying | ((self: never) => unknown)>();
  const collect = (from: object): void => {
    // An override that is not decorated hides the method that is.
    const seen = new Set<PropertyKey>();
    for (let holder: object | null = from; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
      for (const key of Reflect.ownKeys(holder)) {
        if (seen.has(key)) continue;
        seen.add(key);
        const method = recordOf(Object.getOwnPropertyDescriptor(holder, key)?.value);
        if (method !== undefined && !policies.has(key)) policies.set(key, method.policy);
      }
    }
  };
  collect(Class.prototype as object);
  collect(Class);
  return policies;
}
