import { checkKeys, checkRange, show } from '../base/check.js';
import type { RateLimiter } from '../limits/rate-limiter.js';
import { decorateMethod, type AsyncMethodDecorator } from './method.js';

/**
 * Makes an async method wait until `limiter` grants `tokens` (1). Below `@Retry` it waits before every attempt.
 *
 * @throws TypeError for what is no limiter or no async method, when the class is defined.
 */
export function Throttle(
  limiter: RateLimiter,
  options: { readonly tokens?: number | undefined } = {},
): AsyncMethodDecorator {
  if (typeof (limiter as RateLimiter | null | undefined)?.acquire !== 'function') {
    throw new TypeError(`@Throttle takes a rate limiter (new TokenBucket({ rate: 10 })), got ${show(limiter)}`);
  }
  checkKeys('@Throttle', options, ['tokens']);
  const tokens = checkRange('@Throttle: tokens', options.tokens ?? 1, 0, Number.MAX_VALUE);
  return ((...args: unknown[]) =>
    decorateMethod(
      '@Throttle()',
      args,
      ({ fn }) =>
        async function (this: unknown, ...given: unknown[]): Promise<unknown> {
          await limiter.acquire(tokens);
          return fn.apply(this, given);
        },
    )) as AsyncMethodDecorator;
}
