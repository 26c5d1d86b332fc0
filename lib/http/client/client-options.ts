import { formatValue } from '../../base/check.js';
import { omitUndefined } from '../../base/omit-undefined.js';
import type { RetryOptions } from '../../engine/options.js';
import type { LimiterLike } from '../../limits/keyed-limiter.js';
import * as beforeSleep from '../../strategies/hooks/before-sleep.js';
import { toHook, toHooks, type HookLike } from '../../strategies/hook.js';
import type { LoggerLike } from '../../strategies/logger.js';
import type { RetryCallState } from '../../call/call-state.js';
import { mapAnswer, type MaybeAsync } from '../../strategies/decide.js';
import * as retryIf from '../../strategies/retry-if/index.js';
import { RetryStrategy, toRetry } from '../../strategies/retry-strategy.js';
import * as stop from '../../strategies/stop/index.js';
import * as wait from '../../strategies/wait/index.js';
import { RateLimitError, ServerError } from '../errors.js';
import { isNetworkFailure } from '../../strategies/http-conditions.js';
import { isRepeatable, wasNeverSent } from './rules.js';

/** What HTTP clients take beside the options of a policy. */
export interface HttpRetryOptions extends RetryOptions<any> {
  /**
   * Every attempt takes a token, and every answer is reported, so that one 429 holds back all. A keyed limiter
   * (`TokenBuckets`) is asked with the request: the config of axios, or `{ method, url, headers }`.
   */
  readonly limiter?: LimiterLike | undefined;
  /** Logs each retry at `warn`. */
  readonly logger?: LoggerLike | undefined;
  /** Methods that are retried after a 5xx or a network error. Default: the idempotent ones. */
  readonly methods?: readonly string[] | undefined;
}

/** The request of a call, as the rules about methods see it: the policy's calls pass it as `this`. @internal */
export interface RequestOfCall {
  readonly method: string;
  readonly headers: unknown;
  readonly methods: readonly string[] | undefined;
  /** Why it cannot be sent twice, if so. */
  readonly onceOnly: string | undefined;
}

const failures = retryIf.exceptionType(RateLimitError, ServerError).or(retryIf.exception(isNetworkFailure));

/** The user's condition, or the default one, under the rules about methods. */
class RuledRetry extends RetryStrategy {
  override readonly errorsOnly: boolean;
  readonly #condition: RetryStrategy;

  constructor(condition: RetryStrategy) {
    super({ args: [condition], given: [condition] });
    this.#condition = condition;
    this.errorsOnly = condition.errorsOnly;
  }

  shouldRetry(state: RetryCallState): MaybeAsync<boolean> {
    const request = state.self as RequestOfCall;
    if (request.onceOnly !== undefined) return false;
    return mapAnswer(this.#condition.shouldRetry(state), (wanted) => {
      if (!wanted) return false;
      const error: unknown = state.outcome?.failed ? state.outcome.error : undefined;
      if (error instanceof RateLimitError || wasNeverSent(error)) return true;
      return isRepeatable(request.method, request.headers, request.methods);
    });
  }
}

/** The policy of an HTTP client: at most 6 attempts, Retry-After, the last error itself. @internal */
export function httpPolicy(options: HttpRetryOptions, before: HookLike, extraBeforeSleep: HookLike): RetryOptions<any> {
  const { limiter: _limiter, logger, methods, ...own } = options;
  if (methods !== undefined && !(Array.isArray(methods) && methods.every((method) => typeof method === 'string'))) {
    throw new TypeError(`methods takes a list of HTTP methods (['GET', 'POST']), got ${formatValue(methods)}`);
  }
  return {
    stop: stop.afterAttempt(6),
    wait: wait.retryAfter(),
    reraise: true,
    ...omitUndefined<RetryOptions<any>>(own),
    retryIf: new RuledRetry(own.retryIf === undefined ? failures : toRetry('retryIf', own.retryIf)),
    before: [toHook('before', before), ...toHooks('before', own.before)],
    beforeSleep: [
      ...(logger === undefined ? [] : [beforeSleep.log(logger)]),
      ...toHooks('beforeSleep', own.beforeSleep),
      toHook('beforeSleep', extraBeforeSleep),
    ],
  };
}
