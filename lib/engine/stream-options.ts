import type { JudgedState } from '../call/judged-state.js';
import type { RetryOptions } from './options.js';

/** How far a stream has come when it breaks off. */
export interface StreamProgress<T = unknown, A extends unknown[] = any[]> {
  /** The number of items so far. */
  readonly items: number;
  /** The last item. */
  readonly last: T;
  /** Why it broke off; `undefined` where `retryIf` refused the first item of a resumed attempt. */
  readonly error: unknown;
  /** The arguments of the call. */
  readonly args: A;
  /** `this` of the call. */
  readonly self: unknown;
}

/**
 * How a stream is retried: the options of a call, and two more. `fallback` returns the rest of the stream. `T` is the type
 * of an item, `A` the type of the function's arguments. Durations are milliseconds.
 */
export interface StreamOptions<T = unknown, A extends unknown[] = any[]> extends Omit<
  RetryOptions<T>,
  'fallback' | 'retryErrorCallback'
> {
  /**
   * Returns the arguments with which the function continues after the last item; `undefined` if it cannot. Without it a
   * failure after an item ends the stream.
   */
  readonly resume?: ((progress: StreamProgress<T, A>) => [...A] | undefined | Promise<[...A] | undefined>) | undefined;
  /** The longest wait for an item after the first of an attempt. The consumer's own time does not count. Default `Infinity`. */
  readonly idleTimeout?: number | undefined;
  /** The rest of the stream, in place of the failure. Does not replace an abort; runs after `onGiveUp`. */
  readonly fallback?:
    ((error: unknown, state: JudgedState<T>) => AsyncIterable<T> | Promise<AsyncIterable<T>>) | undefined;
}
