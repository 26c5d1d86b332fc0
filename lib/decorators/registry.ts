import type { Retrying } from '../engine/retrying.js';
import type { CallStatistics } from '../call/statistics.js';

/** What is kept of a decorated method: its policy, and per instance what differs. */
export interface DecoratedMethod {
  /** The one policy, or the function that makes one per instance. */
  readonly policy: Retrying | ((self: never) => unknown);
  readonly retryingFor: (self: object) => Retrying;
  readonly original: (this: unknown, ...args: unknown[]) => unknown;
  readonly nameFor: (self: unknown) => string;
  /** Of the last call on each instance. */
  readonly statistics: WeakMap<object, CallStatistics>;
}

const KEY = Symbol.for('tenax.decorated');

/** Marks a wrapper with its record; the mark travels with metadata-copying decorators put on top of it. */
export function register(wrapped: object, method: DecoratedMethod): void {
  Object.defineProperty(wrapped, KEY, { value: method });
}

/** The record of a wrapper, if it is one. */
export const recordOf = (fn: unknown): DecoratedMethod | undefined =>
  typeof fn === 'function' ? (fn as { [KEY]?: DecoratedMethod })[KEY] : undefined;
