import { formatValue } from '../base/check.js';
import type { CircuitBreaker } from '../breaker/circuit-breaker.js';
import type { CircuitBreakers } from '../breaker/circuit-breakers.js';
import { runInside } from '../breaker/run-inside.js';
import { GATE, kindOf, type KIND } from '../call/gate.js';
import { decorateMethod, type AsyncMethodDecorator } from './method.js';
import type { ThrottledCall } from './throttle.js';

/** {@link CircuitBreakers} whose `key` reads a call, or a part of it. */
type BreakersOfCalls = Pick<CircuitBreakers<ThrottledCall>, 'for' | typeof GATE | typeof KIND>;

/**
 * Runs an async method within a circuit breaker. Write it below `@Retry`, so that each attempt is one call, and above
 * `@Throttle`, which asks the breaker again after its wait.
 *
 * @param breaker A {@link CircuitBreaker}, or {@link CircuitBreakers} whose `key` receives `{ self, args }`.
 * @throws TypeError, when the class is defined, for a value that is not a breaker, for a generator method, and for a method
 *   that returns no Promise according to emitted metadata.
 *
 * @example
 * ```ts
 * import { Break, CircuitBreaker, Retry, stop } from 'tenax';
 *
 * class ItemsApi {
 *   @Retry({ stop: stop.afterAttempt(3) })
 *   @Break(new CircuitBreaker({ name: 'items' }))
 *   async fetchPage(page: number): Promise<number> {
 *     return page;
 *   }
 * }
 * await new ItemsApi().fetchPage(1);
 * ```
 */
export function Break(breaker: CircuitBreaker | BreakersOfCalls): AsyncMethodDecorator {
  if (kindOf(breaker) !== 'breaker') {
    throw new TypeError(`@Break takes a CircuitBreaker or CircuitBreakers, got ${formatValue(breaker)}`);
  }
  const gate = breaker[GATE]();
  return ((...args: unknown[]) =>
    decorateMethod(
      '@Break()',
      args,
      ({ fn }) =>
        function (this: unknown, ...given: unknown[]): Promise<unknown> {
          return runInside(gate, { fn, self: this, args: given });
        },
    )) as AsyncMethodDecorator;
}
