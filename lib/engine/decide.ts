import { processContext } from '../base/process-context.js';
import type { MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import type { RetryStrategy } from '../strategies/retry-strategy.js';
import type { StopStrategy } from '../strategies/stop-strategy.js';
import type { WaitStrategy } from '../strategies/wait-strategy.js';
import { isAbortError } from '../strategies/is-abort-error.js';
import { admitsRetry } from './budget-option.js';
import { TryAgain, type StopReason } from './errors.js';
import type { Policy } from './policy.js';
import { callPolicyPart, expectBoolean, expectDelay } from './policy-part.js';

/** What follows an attempt: another one after `delay` milliseconds, or the end of the call. */
export type Decision = { readonly retry: true; readonly delay: number } | NoRetry;

/** No attempt follows. */
export interface NoRetry {
  readonly retry: false;
  readonly stopReason: StopReason | 'notRetryable';
}

/** What a decision is about. A call is one; `retrying.decide` and the simulation make others. */
export interface Judged {
  readonly policy: Policy;
  /** With `outcome` and `elapsed`. The decision sets `upcomingSleep`. */
  readonly state: RetryCallState;
  /** Whether the caller can abort the call: then no predicate is asked about an abort. */
  readonly cancellable: boolean;
  /** When the deadline is, on the policy's clock; `Infinity` without one. */
  readonly deadlineAt: number;
  /** Called when `retryIf` wants another attempt, whether one follows or the call gives up. */
  notAccepted?(): MaybeAsync<void>;
}

export const NOT_RETRYABLE: Decision = { retry: false, stopReason: 'notRetryable' };

/**
 * The decision about an attempt that has ended, in tenacity's order: `retryIf`, (`after`), `wait`, `stop`. The loop, the
 * iteration form, streams, `retrying.decide` and the simulation all take it from here. It calls no hook of its own and does
 * not sleep.
 */
export function decide(call: Judged, outcome: Outcome): MaybeAsync<Decision> {
  // Nearly every call ends here.
  return isAccepted(call, outcome) ? NOT_RETRYABLE : judge(call, outcome);
}

/** Whether an attempt returned a value at which no condition looks. */
export const isAccepted = ({ policy }: Judged, outcome: Outcome): boolean =>
  !outcome.failed && policy.retryIf.errorsOnly;

async function judge(call: Judged, outcome: Outcome): Promise<Decision> {
  const { policy, state } = call;
  // The parts of a policy mostly return at once, and then nothing is awaited.
  const wanted = shouldRetry(call, outcome);
  if (!(wanted instanceof Promise ? await wanted : wanted)) return NOT_RETRYABLE;
  const told = call.notAccepted?.();
  if (told !== undefined) await told;
  const delay = callPolicyPart('wait', policy.wait, delayOf, state);
  state.upcomingSleep = expectDelay(delay instanceof Promise ? await delay : delay, state);
  const stopping = callPolicyPart('stop', policy.stop, stopsAt, state);
  const stops = expectBoolean('stop', stopping instanceof Promise ? await stopping : stopping);
  const stopReason = stops ? 'stop' : otherStopReason(call);
  return stopReason === undefined ? { retry: true, delay: state.upcomingSleep } : { retry: false, stopReason };
}

/** `TryAgain` bypasses `retryIf`. An abort by the caller is never retried. */
function shouldRetry({ policy, state, cancellable }: Judged, outcome: Outcome): MaybeAsync<boolean> {
  if (outcome.failed) {
    const { error } = outcome;
    // The code first: the class takes longer to tell.
    const { code } = (error ?? {}) as { code?: unknown };
    if (code === 'TENAX_TRY_AGAIN' && error instanceof TryAgain) return true;
    if (cancellable && isAbortError(error)) return false;
  }
  const wanted: unknown = callPolicyPart('retryIf', policy.retryIf, retriesOn, state);
  return wanted instanceof Promise
    ? wanted.then((later) => expectBoolean('retryIf', later))
    : expectBoolean('retryIf', wanted);
}

/** Why no further attempt is made although `stop` does not say so. The budget comes last, since asking it spends it. */
function otherStopReason(call: Judged): StopReason | undefined {
  const { policy, state } = call;
  const { testing } = processContext;
  if (testing !== undefined && !policy.simulated && state.attemptNumber >= testing.attempts) return 'stop';
  if (state.upcomingSleep === Infinity) return 'wait';
  if (sleepsTooLong(call)) return 'deadline';
  const budget = policy.budgetFor?.(state);
  return budget === undefined || admitsRetry(budget, state) ? undefined : 'budget';
}

/** Whether the deadline is over, or the coming sleep would end after it. Reads the clock only if there is a deadline. */
export function sleepsTooLong({ policy, state, deadlineAt }: Judged): boolean {
  if (deadlineAt === Infinity) return false;
  if (state.isPastDeadline === true) return true;
  const now = policy.clock.now();
  return now >= deadlineAt || now + state.upcomingSleep > deadlineAt;
}

// Functions of the module and not closures, since every attempt calls them.
const retriesOn = (retryIf: RetryStrategy, state: RetryCallState) => retryIf.shouldRetry(state);
const delayOf = (wait: WaitStrategy, state: RetryCallState) => wait.delay(state);
const stopsAt = (stop: StopStrategy, state: RetryCallState) => stop.shouldStop(state);
