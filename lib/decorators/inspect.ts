import { formatValue } from '../base/check.js';
import type { RetryOptions } from '../engine/options.js';
import type { Retrying } from '../engine/retrying.js';
import type { AnyFunction, Retried } from '../engine/wrap.js';
import type { RetryStatistics } from '../call/statistics.js';
import type { AsyncMethod } from './method.js';
import { recordOf, type DecoratedMethod, type RetriedMethod } from './registry.js';
import type { StreamMethod } from './retry-stream.js';

/** The names of the async methods of `S`. */
export type AsyncMethodName<S> = { [K in keyof S]-?: S[K] extends AsyncMethod ? K : never }[keyof S];

/** The names of the methods of `S` that return a stream. */
type StreamMethodName<S> = { [K in keyof S]-?: S[K] extends StreamMethod ? K : never }[keyof S];

/** A bound method with the properties of a wrapped function. */
type Bound<M> = OmitThisParameter<M> & Pick<Retried<AnyFunction>, 'retrying' | 'statistics'>;

const decorated = (service: object | null | undefined, key: PropertyKey): DecoratedMethod | undefined =>
  recordOf((service as Record<PropertyKey, unknown> | null | undefined)?.[key]);

const notDecorated = (service: object, key: PropertyKey, decorators: string): TypeError =>
  new TypeError(`${String(key)} of ${formatValue(service)} is not decorated with ${decorators}`);

/** The record of a method under `@Retry`. @throws TypeError if it is not decorated with it. */
function findRetried(service: object, key: PropertyKey): DecoratedMethod & RetriedMethod {
  const method = decorated(service, key);
  if (method?.retried === undefined) throw notDecorated(service, key, '@Retry');
  return { ...method, ...method.retried };
}

/**
 * Returns a decorated method, bound to `service`, under its policy with some options replaced (tenacity's `retry_with`). Like
 * any wrapped function it has `.retrying` and `.statistics`.
 *
 * @throws TypeError if the method is not decorated with {@link Retry}; TypeError or RangeError for a wrong option.
 *
 * @example
 * ```ts
 * import { Retry, retryWith, stop } from 'tenax';
 *
 * class Service {
 *   @Retry({ stop: stop.afterAttempt(3) })
 *   async find(id: number): Promise<number> {
 *     return id;
 *   }
 * }
 * const find = retryWith(new Service(), 'find', { stop: stop.afterAttempt(10) });
 * console.assert((await find(7)) === 7);
 * ```
 */
export function retryWith<S extends object, K extends AsyncMethodName<S>>(
  service: S,
  key: K,
  overrides: RetryOptions<S[K] extends AsyncMethod ? Awaited<ReturnType<S[K]>> : never>,
): Bound<S[K]> {
  const { retryingFor, original, nameFor } = findRetried(service, key);
  const retrying = retryingFor(service).copy(overrides);
  const bound = (...args: unknown[]): Promise<unknown> => retrying.execute(service, original, args, nameFor);
  return Object.defineProperties(bound, {
    name: { value: `bound ${original.name}`, configurable: true },
    length: { value: original.length, configurable: true },
    retrying: { value: retrying },
    statistics: { get: () => retrying.statistics },
  }) as unknown as Bound<S[K]>;
}

/**
 * Returns the policy of a decorated method. For `@Retry(self => …)` it is the policy of this instance.
 *
 * @throws TypeError if the method is decorated neither with {@link Retry} nor with {@link RetryStream}.
 *
 * @example
 * ```ts
 * import { Retry, retryingOf, stop } from 'tenax';
 *
 * class Service {
 *   @Retry({ stop: stop.afterAttempt(3) })
 *   async find(): Promise<void> {}
 * }
 * console.log(String(retryingOf(new Service(), 'find'))); // new Retrying({ stop: stop.afterAttempt(3) })
 * ```
 */
export function retryingOf<S extends object>(service: S, key: AsyncMethodName<S> | StreamMethodName<S>): Retrying {
  const method = decorated(service, key);
  if (method === undefined) throw notDecorated(service, key, '@Retry or @RetryStream');
  return method.retryingFor(service);
}

/**
 * Returns the statistics of the last call of a decorated method on this instance; undefined before the first call.
 *
 * @throws TypeError if the method is not decorated with {@link Retry}.
 *
 * @example
 * ```ts
 * import { Retry, statisticsOf, stop } from 'tenax';
 *
 * class Service {
 *   @Retry({ stop: stop.afterAttempt(3) })
 *   async find(): Promise<void> {}
 * }
 * const service = new Service();
 * await service.find();
 * console.assert(statisticsOf(service, 'find')?.attemptNumber === 1);
 * ```
 */
export const statisticsOf = <S extends object>(service: S, key: AsyncMethodName<S>): RetryStatistics | undefined =>
  findRetried(service, key).statistics.get(service)?.statistics;

/**
 * Returns the methods of a class under {@link Retry} and {@link RetryStream}, including inherited and static ones, each with
 * its policy: a `Retrying`, or the function that returns the options of an instance.
 *
 * @throws TypeError for a value that is not a class.
 *
 * @example
 * ```ts
 * import { Retry, retryPolicies, stop } from 'tenax';
 *
 * class Service {
 *   @Retry({ stop: stop.afterAttempt(3) })
 *   async find(): Promise<void> {}
 * }
 * console.assert([...retryPolicies(Service).keys()].join() === 'find');
 * ```
 */
export function retryPolicies(
  Class: abstract new (...args: never[]) => object,
): Map<PropertyKey, Retrying | ((self: never) => unknown)> {
  if (typeof (Class as { prototype?: unknown } | null | undefined)?.prototype !== 'object') {
    throw new TypeError(`retryPolicies takes a class, got ${formatValue(Class)}`);
  }
  const policies = new Map<PropertyKey, Retrying | ((self: never) => unknown)>();
  const collect = (from: object): void => {
    // An override without a decorator hides the decorated method of a base class.
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
