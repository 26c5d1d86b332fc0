import type { Retrying } from '../engine/retrying.js';
import type { CallStatistics } from '../call/statistics.js';

/** The record of a method under `@Retry` or `@RetryStream`, for inspection. */
export interface DecoratedMethod {
  /** The common policy, or the function that returns the options of an instance. */
  readonly policy: Retrying | ((self: never) => unknown);
  /** Returns the policy of an instance. */
  readonly retryingFor: (self: object) => Retrying;
  /** What only a method under `@Retry` has. */
  readonly retried?: RetriedMethod;
}

/** How a method under `@Retry` is called, and how it went. */
export interface RetriedMethod {
  /** The method without its decorator. */
  readonly original: (this: unknown, ...args: unknown[]) => unknown;
  /** Returns the name of the method in errors and logs. */
  readonly nameFor: (self: unknown) => string;
  /** The statistics of the last call on each instance. */
  readonly statistics: WeakMap<object, CallStatistics>;
}

const KEY = Symbol.for('tenax.decorated');

/** Attaches a record to a wrapper. Decorators above it that copy metadata copy the record too. */
export function register(wrapped: object, method: DecoratedMethod): void {
  Object.defineProperty(wrapped, KEY, { value: method });
}

/** The record of a wrapper; undefined for any other value. */
export const recordOf = (fn: unknown): DecoratedMethod | undefined =>
  typeof fn === 'function' ? (fn as { [KEY]?: DecoratedMethod })[KEY] : undefined;
