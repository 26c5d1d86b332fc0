import {
  checkBoolean,
  checkClock,
  checkDuration,
  checkCallback,
  checkKeys,
  formatValue,
  isAbortSignal,
  isCallback,
} from '../base/check.js';
import { lazyNow, systemClock, type Clock, type Timestamp } from '../base/clock.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import { INSTEAD } from '../strategies/instead.js';
import type { Gate, GateBearer, GateOptions } from '../call/gate.js';
import type { JudgedState } from '../call/judged-state.js';
import type { Limit } from '../limits/keyed-limiter.js';
import { toHooks, type Hook } from '../strategies/hook.js';
import { anyError, never, none } from '../strategies/defaults.js';
import { toRetry, type RetryStrategy } from '../strategies/retry-strategy.js';
import { toStop, type StopStrategy } from '../strategies/stop-strategy.js';
import { Strategy } from '../strategies/strategy.js';
import { toWait, type WaitStrategy } from '../strategies/wait-strategy.js';
import { RetryError, type RetryErrorConstructor } from './errors.js';
import type { Step } from './gates.js';
import { budgetReader, checkBudget } from './budget-option.js';
import { breakerGate, checkBreaker, checkLimits, limiterGate } from './gate-options.js';
import type { KeyedBudget, RetryBudgetLike, RetryOptions } from './options.js';

/** The options, checked and completed once when the policy is made; a call never looks at what the user wrote. */
export interface Policy {
  readonly stop: StopStrategy;
  readonly wait: WaitStrategy;
  readonly retryIf: RetryStrategy;
  /** The steps before every attempt, in order: the breaker, the `before` hooks, the limits. */
  readonly steps: readonly Step[];
  /** Whether there are gates among them. */
  readonly hasGates: boolean;
  /** The limits among them. */
  readonly limits: Gate | undefined;
  /** Admits the first attempt if its only step is a gate with `quick`. */
  readonly quick: Gate['quick'];
  readonly after: readonly Hook[];
  readonly beforeSleep: readonly Hook[];
  readonly onSuccess: readonly Hook[];
  readonly onGiveUp: readonly Hook[];
  readonly reraise: boolean;
  readonly retryErrorClass: RetryErrorConstructor;
  readonly retryErrorCallback: ((state: JudgedState) => unknown) | undefined;
  readonly fallback: ((error: unknown, state: JudgedState) => unknown) | undefined;
  readonly sleep: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly clock: Clock;
  /** This moment on the clock, read lazily where nothing in the policy reads the clock. */
  readonly now: () => Timestamp;
  readonly signal: AbortSignal | ((state: RetryCallState) => AbortSignal | undefined) | undefined;
  readonly attemptTimeout: number;
  readonly deadline: number;
  /** The budget of a call. */
  readonly budgetFor: ((state: RetryCallState) => RetryBudgetLike | undefined) | undefined;
  readonly name: string | undefined;
  readonly enabled: boolean;
  readonly random: () => number;
  /** True in a simulation: `setTesting` does not apply to its calls, and no channel reports them. */
  readonly simulated: boolean;
  /** The settings that another part of the library passed. */
  readonly internals: PolicyInternals;
  /** Whether the first attempt needs no gates, hooks, signal, timeout or budget. */
  readonly isPlain: boolean;
}

/** Settings of a policy that only other parts of the library can pass. */
export interface PolicyInternals {
  /** Emits no warning. */
  readonly quiet?: boolean | undefined;
  readonly simulated?: boolean | undefined;
  /** Makes the gate of the option `limiter`. Default: {@link limiterGate}. */
  readonly limiterGate?: typeof limiterGate | undefined;
  /** Returns the error for the outcome of a failed attempt, instead of the one that it failed with. */
  readonly failureOf?: ((error: unknown, state: RetryCallState) => unknown) | undefined;
  /**
   * Called when an attempt has failed: true to make the same attempt once more, under the same permit of the breaker, with
   * tokens and an `attemptTimeout` of its own. Its time counts in the deadline.
   */
  readonly mayResend?: ((state: RetryCallState) => MaybeAsync<boolean>) | undefined;
}

/** The options as they were read. `policyOf` makes other parts of the policy of those that a policy does not have. */
interface ReadOptions extends Omit<
  Policy,
  'steps' | 'hasGates' | 'limits' | 'quick' | 'now' | 'budgetFor' | 'simulated' | 'internals' | 'isPlain'
> {
  readonly before: readonly Hook[];
  readonly budget: RetryBudgetLike | KeyedBudget | undefined;
  readonly limiter: readonly Limit[] | undefined;
  readonly breaker: GateBearer | undefined;
  readonly priority: NonNullable<GateOptions['priority']>;
  readonly maxWait: number;
}

type Reader = (option: string, value: any) => unknown;

const checked =
  (check: (option: string, value: unknown) => unknown): Reader =>
  (option, value) => {
    check(option, value);
    return value as unknown;
  };
const duration: Reader = (option, value) => checkDuration(option, value, { infinite: true });

/** Every option, in the order of the documentation: how it is read, and its default. */
const OPTIONS: Readonly<Record<keyof RetryOptions, readonly [Reader, unknown?]>> = {
  stop: [toStop, never],
  wait: [toWait, none],
  retryIf: [toRetry, anyError],
  before: [toHooks, []],
  after: [toHooks, []],
  beforeSleep: [toHooks, []],
  onSuccess: [toHooks, []],
  onGiveUp: [toHooks, []],
  reraise: [checkBoolean, false],
  retryErrorClass: [checked(checkErrorClass), RetryError],
  retryErrorCallback: [checked(checkCallback)],
  sleep: [checked(checkCallback)],
  clock: [checked(checkClock), systemClock],
  signal: [checked(checkSignalOption)],
  attemptTimeout: [duration, Infinity],
  deadline: [duration, Infinity],
  budget: [checked(checkBudget)],
  limiter: [checkLimits],
  breaker: [checked(checkBreaker)],
  fallback: [checked(checkCallback)],
  priority: [checked(checkPriority), 0],
  maxWait: [duration, Infinity],
  name: [checked(checkName)],
  enabled: [checkBoolean, true],
  random: [checked(checkCallback), () => Math.random()],
};

/** Every option, in the order of the documentation. */
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly (keyof RetryOptions)[];

/**
 * Checks every option and fills the defaults in.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 */
export function policyOf<T>(options: RetryOptions<T>, internals: PolicyInternals = {}): Policy {
  checkOptions(options);
  const { before, budget, limiter, breaker, priority, maxWait, ...policy } = readOptions(options);
  const { stop, wait, retryIf, clock, deadline } = policy;
  const makeGate = internals.limiterGate ?? limiterGate;
  const limits = limiter && makeGate(limiter, wait, { priority, maxWait });
  const steps: Step[] = [
    ...(breaker === undefined ? [] : [{ gate: breakerGate(breaker) }]),
    ...before.map((hook) => gateOf(hook) ?? { hook }),
    ...(limits === undefined ? [] : [{ gate: limits }]),
  ];
  const isTimed =
    clock !== systemClock ||
    options.deadline !== undefined ||
    [stop, wait, retryIf].some(({ readsClock }) => readsClock);
  const quick = steps.length === 1 ? (steps[0] as { gate?: Gate }).gate?.quick : undefined;
  return {
    ...policy,
    steps,
    hasGates: steps.some((step) => 'gate' in step),
    limits,
    quick,
    now: isTimed ? () => clock.now() : lazyNow,
    budgetFor: budgetReader(budget),
    simulated: internals.simulated ?? false,
    internals,
    isPlain:
      retryIf.errorsOnly &&
      steps.length === (quick === undefined ? 0 : 1) &&
      policy.onSuccess.length === 0 &&
      policy.signal === undefined &&
      budget === undefined &&
      policy.attemptTimeout === Infinity &&
      deadline === Infinity,
  };
}

function readOptions(options: RetryOptions<any>): ReadOptions {
  const read: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    const [reader, otherwise] = OPTIONS[name];
    const value: unknown = options[name];
    // `null` does not leave an option out: it is refused with what the option takes.
    read[name] = value === undefined ? otherwise : reader(name, value);
  }
  return read as unknown as ReadOptions;
}

/** A hook that is a gate, as `before.acquire`. */
function gateOf(hook: Hook): Step | undefined {
  const { gate } = hook as { gate?: Gate };
  return gate === undefined ? undefined : { gate };
}

function checkOptions(options: RetryOptions<any>): void {
  if (options instanceof Strategy) {
    const { family } = options as Strategy;
    throw new TypeError(`the retry options take an object, { ${family}: ${String(options)} }, got the strategy itself`);
  }
  checkKeys('a policy', options, OPTION_NAMES, INSTEAD);
}

function checkErrorClass(option: string, value: unknown): void {
  if (typeof value !== 'function' || !(value.prototype instanceof Error)) {
    throw new TypeError(`${option} takes a class that extends Error, got ${formatValue(value)}`);
  }
}

function checkSignalOption(option: string, value: unknown): void {
  if (isCallback(value) || isAbortSignal(value)) return;
  throw new TypeError(
    `${option} takes an AbortSignal or a function of the call state that returns one, got ${formatValue(value)}`,
  );
}

function checkPriority(option: string, value: unknown): void {
  if (isCallback(value)) return;
  const takes = 'a number or a function of the call state that returns one';
  if (typeof value !== 'number') throw new TypeError(`${option} takes ${takes}, got ${formatValue(value)}`);
  if (Number.isNaN(value)) throw new RangeError(`${option} takes ${takes}, got NaN`);
}

function checkName(option: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${option} takes a string, got ${formatValue(value)}`);
}
