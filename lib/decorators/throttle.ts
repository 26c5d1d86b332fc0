import { checkKeys, checkRange } from '../base/check.js';
import { checkLimiter, limiterFor, type LimiterLike } from '../limits/keyed-limiter.js';
import { runningSignal } from '../base/running-signal.js';
import { decorateMethod, type AsyncMethodDecorator } from './method.js';

/** What a keyed limiter is asked with: `(call) => call.args[0]` is a bucket for each first argument. */
export interface ThrottledCall {
  /** The method's `this`. */
  readonly self: unknown;
  /** The method's arguments. */
  readonly args: readonly unknown[];
}

/** Options of `@Throttle`. */
export interface ThrottleOptions {
  /** What one call costs. Default 1. */
  readonly tokens?: number | undefined;
}

/**
 * Makes an async method wait until `limiter` grants `tokens` (1). Below `@Retry` it waits before every attempt, and the
 * wait ends with the attempt's signal.
 *
 * @throws TypeError for what is no limiter or no async method, when the class is defined.
 */
export function Throttle(limiter: LimiterLike<ThrottledCall>, options: ThrottleOptions = {}): AsyncMethodDecorator {
  checkLimiter('@Throttle', limiter);
  checkKeys('@Throttle', options, ['tokens']);
  const tokens = checkRange('@Throttle: tokens', options.tokens ?? 1, 0, Number.MAX_VALUE);
  return ((...args: unknown[]) =>
    decorateMethod(
      '@Throttle()',
      args,
      ({ fn }) =>
        async function (this: unknown, ...given: unknown[]): Promise<unknown> {
          await limiterFor(limiter, { self: this, args: given }).acquire(tokens, { signal: runningSignal() });
          return fn.apply(this, given);
        },
    )) as AsyncMethodDecorator;
}
