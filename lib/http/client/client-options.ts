import { checkCallback, checkKeys, formatValue } from '../../base/check.js';
import { omitUndefined } from '../../base/omit-undefined.js';
import type { JudgedState } from '../../call/judged-state.js';
import type { RetryCallState } from '../../call/call-state.js';
import type { RetryOptions } from '../../engine/options.js';
import { OPTION_NAMES } from '../../engine/policy.js';
import { unnamed } from '../../engine/serialize.js';
import { toHook, toHooks, type HookLike } from '../../strategies/hook.js';
import { log } from '../../strategies/hooks/before-sleep.js';
import type { LoggerLike } from '../../strategies/logger.js';
import type { RetryStrategy } from '../../strategies/retry-strategy.js';
import { INSTEAD } from '../../strategies/instead.js';
import { afterAttempt } from '../../strategies/stop/after-attempt.js';
import { retryAfter } from '../../strategies/wait/retry-after.js';
import type { AttemptOptions } from './attempt-options.js';
import type { BodyOptions } from './body/body-options.js';
import { signalOfCall } from './call-signal.js';
import { endingOf, type Ending } from './ending.js';
import { callOf, signalOf } from './http-call.js';
import { refreshStatuses, type RefreshOptions } from './refresh.js';
import { clientRetryIf } from './client-retry.js';

/** The options of a policy, and those that all HTTP clients add. */
export interface HttpRetryOptions extends RetryOptions<any> {
  /** Logs each retry at level `warn`. Default: no log. */
  readonly logger?: LoggerLike | undefined;
  /** The methods that may be repeated after a 5xx, 408, 425 or a network error. Default: the idempotent ones. */
  readonly methods?: readonly string[] | undefined;
}

/** All options of an HTTP client. `Given` is the request as hooks receive it, `Sent` what `beforeAttempt` returns. */
export interface ClientOptions<Given, Sent = Given, Request = Given>
  extends HttpRetryOptions, AttemptOptions<Given, Sent>, RefreshOptions<Request>, BodyOptions {}

/** The options that the engine does not know and would refuse. */
type OwnOptions = Omit<ClientOptions<any, any>, keyof RetryOptions>;

const CLIENT_OPTIONS = [
  'logger',
  'methods',
  'beforeAttempt',
  'idempotencyKey',
  'refresh',
  'refreshOn',
  'idleTimeout',
  'resume',
] as const satisfies readonly (keyof OwnOptions)[];

/** @throws TypeError for a value that is not an object of options, and for an option that no client has. */
export const checkClientOptions = (options: unknown): void => {
  checkKeys('an HTTP client', options, [...OPTION_NAMES, ...CLIENT_OPTIONS], INSTEAD);
};

/** A policy whose condition is a strategy. */
type ClientPolicy = RetryOptions<any> & { readonly retryIf: RetryStrategy };

/**
 * The policy of an HTTP client. By default it makes at most 6 attempts, waits as long as the server asks, and rejects with the
 * last error itself.
 *
 * @param discard Cancels the body of an answer that is retried. Runs after the user's hooks.
 * @throws TypeError or RangeError that names the option and what it takes.
 */
export function clientPolicy(options: ClientOptions<any, any>, discard: HookLike): ClientPolicy {
  const { logger, methods, refresh, retryErrorCallback } = options;
  const fallback = options.fallback as Fallback | undefined;
  if (methods !== undefined && !(Array.isArray(methods) && methods.every((method) => typeof method === 'string'))) {
    throw new TypeError(`methods takes a list of HTTP methods (['GET', 'POST']), got ${formatValue(methods)}`);
  }
  if (fallback !== undefined) checkCallback('fallback', fallback);
  if (retryErrorCallback !== undefined) checkCallback('retryErrorCallback', retryErrorCallback);
  const own: RetryOptions<any> = policyOptions(options);
  const refreshed = typeof refresh === 'function' ? refreshStatuses(options) : undefined;
  return {
    stop: afterAttempt(6),
    wait: retryAfter(),
    reraise: true,
    ...own,
    ...(retryErrorCallback === undefined ? {} : { retryErrorCallback: callbackOf(retryErrorCallback) }),
    ...(fallback === undefined ? {} : { fallback: fallbackOf(fallback) }),
    signal: signalOfCall<RetryCallState>(own.signal as never, signalOf),
    retryIf: clientRetryIf(own.retryIf, methods, refreshed),
    beforeSleep: [
      ...(logger === undefined ? [] : [log(logger)]),
      ...toHooks('beforeSleep', own.beforeSleep),
      unnamed(toHook('beforeSleep', discard)),
    ],
  };
}

/** The options of the policy alone, which the engine knows. */
function policyOptions(options: ClientOptions<any, any>): RetryOptions<any> {
  const known = Object.entries(options).filter(([name]) => !CLIENT_OPTIONS.includes(name as keyof OwnOptions));
  return omitUndefined(Object.fromEntries(known));
}

type Fallback = (error: unknown, state: JudgedState<any>) => unknown;

/** The user's fallback. It is called for a failed call only, not for an answer that the transport accepts. */
const fallbackOf =
  (fallback: Fallback): Fallback =>
  (error, state) => {
    const call = callOf(state);
    // `client.retrying` may run a function that sends no request.
    if (call === undefined) return fallback(error, state);
    const ending: Ending<unknown> = endingOf(call, error);
    if (ending.failure === undefined) return ending.answer;
    call.replaced = true;
    return fallback(ending.failure.error, state);
  };

/** The user's callback. The call resolves with what it returns, unless that is the answer of the attempt itself. */
const callbackOf =
  (callback: (state: JudgedState<any>) => unknown) =>
  async (state: JudgedState<any>): Promise<unknown> => {
    const result = await callback(state);
    const call = callOf(state);
    if (call !== undefined) call.replaced = state.outcome.failed || result !== state.outcome.value;
    return result;
  };
