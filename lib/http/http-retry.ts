import { formatValue } from '../base/check.js';
import { omitUndefined } from '../base/omit-undefined.js';
import type { RetryCallState } from '../call/call-state.js';
import type { RetryOptions } from '../engine/options.js';
import { mapAnswer, type MaybeAsync } from '../strategies/decide.js';
import { RetryStrategy, toRetry } from '../strategies/retry-strategy.js';
import { afterAttempt } from '../strategies/stop/after-attempt.js';
import { retryAfter } from '../strategies/wait/retry-after.js';
import { namesRedirectTarget, rememberRedirects } from './client/redirect-targets.js';
import { showsRedirect, wasNeverSent } from './client/rules.js';
import { entryOf } from './retry-table.js';

/** Options of `httpRetry`: those of a policy, and `idempotent`. */
export interface HttpRetryPolicyOptions<T = any> extends RetryOptions<T> {
  /** True if a call may be repeated although the server may have acted on it. Default false. */
  readonly idempotent?: boolean | undefined;
}

/** Options without a `fallback`, which can also be a policy of streams: a stream's fallback has another type. */
interface NoFallback {
  readonly fallback?: undefined;
  readonly retryErrorCallback?: undefined;
}

/** True if the request was certainly never sent, as far as its error shows. */
const wasRefused = (error: unknown): boolean =>
  wasNeverSent(error, { redirected: showsRedirect(error) || namesRedirectTarget(error) });

/** The default table, or the user's condition, for calls whose method is not known. */
class HttpRetryCondition extends RetryStrategy {
  readonly #idempotent: boolean;
  readonly #wanted: RetryStrategy | undefined;

  constructor(idempotent: boolean, wanted: RetryStrategy | undefined) {
    super();
    this.#idempotent = idempotent;
    this.#wanted = wanted;
    if (!idempotent) rememberRedirects();
  }

  override toString(): string {
    const named = [
      ...(this.#idempotent ? ['idempotent: true'] : []),
      ...(this.#wanted === undefined ? [] : [`retryIf: ${String(this.#wanted)}`]),
    ];
    return `httpRetry(${named.length === 0 ? '' : `{ ${named.join(', ')} }`}).retryIf`;
  }

  shouldRetry(state: RetryCallState): MaybeAsync<boolean> {
    const { outcome } = state;
    if (outcome === undefined) return false;
    const entry = entryOf(outcome);
    const isSafe = this.#idempotent || entry === 'always' || (outcome.failed && wasRefused(outcome.error));
    if (this.#wanted === undefined) return isSafe && entry !== 'never';
    return isSafe && mapAnswer(this.#wanted.shouldRetry(state), Boolean);
  }
}

/**
 * Returns the default policy of tenax's HTTP clients, for calls through any other client. It makes at most 6 attempts, waits
 * as long as the server asks, and rejects with the last error itself. A 429 (and what counts as one) and a request that was
 * certainly never sent are always retried. A 5xx, 408, 425 or a network error is retried only with `idempotent: true`.
 * `x-should-retry` overrides both.
 *
 * Without a `fallback` it can also be the policy of `retryStream`.
 *
 * @param options `idempotent` (default false), and any option of a policy, which replaces the default.
 * @throws TypeError if `options` is not an object, or `idempotent` is not a boolean.
 *
 * @example
 * ```ts no-run
 * import got from 'got';
 * import { Retry, stop } from 'tenax';
 * import { httpRetry } from 'tenax/http';
 *
 * class Repositories {
 *   @Retry(httpRetry({ idempotent: true, stop: stop.afterAttempt(4) }))
 *   async list(): Promise<unknown> {
 *     return got('https://api.example.com/repositories').json();
 *   }
 * }
 * ```
 */
export function httpRetry<T = any>(
  options?: HttpRetryPolicyOptions<T> & NoFallback,
): Omit<RetryOptions<T>, keyof NoFallback> & NoFallback;
export function httpRetry<T = any>(options?: HttpRetryPolicyOptions<T>): RetryOptions<T>;
export function httpRetry<T = any>(options: HttpRetryPolicyOptions<T> = {}): RetryOptions<T> {
  if (typeof options !== 'object' || (options as unknown) === null || Array.isArray(options)) {
    throw new TypeError(`httpRetry takes idempotent and the options of a policy, got ${formatValue(options)}`);
  }
  const { idempotent = false, retryIf, ...rest } = options;
  if (typeof idempotent !== 'boolean') {
    throw new TypeError(`httpRetry: idempotent takes true or false, got ${formatValue(idempotent)}`);
  }
  return {
    stop: afterAttempt(6),
    wait: retryAfter(),
    reraise: true,
    ...omitUndefined<RetryOptions<T>>(rest),
    retryIf: new HttpRetryCondition(idempotent, retryIf === undefined ? undefined : toRetry('retryIf', retryIf)),
  };
}
