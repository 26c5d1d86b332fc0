import {
  checkBoolean,
  checkClock,
  checkDuration,
  checkFunction,
  checkKeys,
  isAbortSignal,
  formatValue,
} from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import { lazyNow, type Timestamp } from '../base/timestamp.js';
import type { RetryCallState } from '../call/call-state.js';
import { INSTEAD } from '../strategies/instead.js';
import { toHooks, type Hook } from '../strategies/hooks.js';
import { anyError, type RetryStrategy } from '../strategies/retry-if.js';
import { toRetry } from '../strategies/retry-strategy.js';
import { never, toStop, type StopStrategy } from '../strategies/stop.js';
import { Strategy } from '../strategies/strategy.js';
import { none, type WaitStrategy } from '../strategies/wait.js';
import { toWait } from '../strategies/wait-strategy.js';
import { RetryError, type RetryErrorConstructor } from './errors.js';
import type { RetryBudgetLike, RetryOptions } from './options.js';
import { isTimeless } from './timeless.js';

/** The options, checked and completed once when the policy is made; a call never looks at what the user wrote. */
export interface Policy {
  readonly stop: StopStrategy;
  readonly wait: WaitStrategy;
  readonly retryIf: RetryStrategy;
  /** Whether the user named `retryIf`: only then is it asked about an error that looks like an abort. */
  readonly ownRetryIf: boolean;
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
  readonly beforeSleep: readonly Hook[];
  readonly onSuccess: readonly Hook[];
  readonly onGiveUp: readonly Hook[];
  readonly reraise: boolean;
  readonly retryErrorClass: RetryErrorConstructor;
  readonly retryErrorCallback: ((state: RetryCallState) => unknown) | undefined;
  readonly sleep: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly clock: Clock;
  /** This moment on the clock; only lazyNow, to be read later, where nothing in the policy measures time. */
  readonly now: () => Timestamp;
  readonly signal: AbortSignal | ((state: RetryCallState) => AbortSignal | undefined) | undefined;
  readonly attemptTimeout: number;
  readonly deadline: number;
  readonly budget: RetryBudgetLike | undefined;
  readonly name: string | undefined;
  readonly enabled: boolean;
  readonly random: () => number;
  /** Whether its calls only show what it does: `setTesting` asks nothing of them. */
  readonly simulated: boolean;
}

/** Every option, in the order of the documentation. */
export const OPTION_NAMES = [
  'stop', 'wait', 'retryIf', 'before', 'after', 'beforeSleep', 'onSuccess', 'onGiveUp', 'reraise', 'retryErrorClass',
  'retryErrorCallback', 'sleep', 'clock', 'signal', 'attemptTimeout', 'deadline', 'budget', 'name', 'enabled', 'random',
] as const satisfies readonly (keyof RetryOptions)[]; // prettier-ignore

/**
 * Checks every option and fills the defaults in.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 */
export function policyOf<T>(options: RetryOptions<T>, simulated = false): Policy {
  if (options instanceof Strategy) {
    const { family } = options as Strategy;
    throw new TypeError(`the retry options take an object, { ${family}: ${String(options)} }, got the strategy itself`);
  }
  checkKeys('a policy', options, OPTION_NAMES, INSTEAD);
  const given = options as RetryOptions;
  const { reraise = false, enabled = true, attemptTimeout = Infinity, deadline = Infinity } = given;
  const strategies = {
    stop: given.stop === undefined ? never : toStop('stop', given.stop),
    wait: given.wait === undefined ? none : toWait('wait', given.wait),
    retryIf: given.retryIf === undefined ? anyError : toRetry('retryIf', given.retryIf),
  };
  const clock = optional('clock', given.clock, checkClock) ?? systemClock;
  const timeless = clock === systemClock && given.deadline === undefined && Object.values(strategies).every(isTimeless);
  return {
    ...strategies,
    ownRetryIf: given.retryIf !== undefined,
    before: toHooks('before', given.before),
    after: toHooks('after', given.after),
    beforeSleep: toHooks('beforeSleep', given.beforeSleep),
    onSuccess: toHooks('onSuccess', given.onSuccess),
    onGiveUp: toHooks('onGiveUp', given.onGiveUp),
    reraise: checkBoolean('reraise', reraise),
    retryErrorClass: optional('retryErrorClass', given.retryErrorClass, checkErrorClass) ?? RetryError,
    retryErrorCallback: optional(
      'retryErrorCallback',
      given.retryErrorCallback,
      checkFunction,
    ) as Policy['retryErrorCallback'],
    sleep: optional('sleep', given.sleep, checkFunction),
    clock,
    now: timeless ? lazyNow : () => clock.now(),
    signal: optional('signal', given.signal, checkSignalOption),
    attemptTimeout: checkDuration('attemptTimeout', attemptTimeout, { infinite: true }),
    deadline: checkDuration('deadline', deadline, { infinite: true }),
    budget: optional('budget', given.budget, checkBudget),
    name: optional('name', given.name, checkName),
    enabled: checkBoolean('enabled', enabled),
    // Looked up late, so that a spied-on Math.random is used.
    random: optional('random', given.random, checkFunction) ?? (() => Math.random()),
    simulated,
  };
}

/** `null` is no way to leave an option out: it is refused with what the option takes. */
function optional<V>(
  option: string,
  value: V | undefined,
  check: (option: string, value: unknown) => void,
): V | undefined {
  if (value !== undefined) check(option, value);
  return value;
}

function checkErrorClass(option: string, value: unknown): void {
  if (typeof value !== 'function' || !(value.prototype instanceof Error)) {
    throw new TypeError(`${option} takes a class that extends Error, got ${formatValue(value)}`);
  }
}

function checkSignalOption(option: string, value: unknown): void {
  if (typeof value === 'function' || isAbortSignal(value)) return;
  throw new TypeError(
    `${option} takes an AbortSignal or a function of the call state that answers one, got ${formatValue(value)}`,
  );
}

function checkBudget(option: string, value: unknown): void {
  const { recordAttempt, tryRetry } = (value ?? {}) as Partial<RetryBudgetLike>;
  if (typeof recordAttempt === 'function' && typeof tryRetry === 'function') return;
  throw new TypeError(`${option} takes a RetryBudget, got ${formatValue(value)}`);
}

function checkName(option: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${option} takes a string, got ${formatValue(value)}`);
}
