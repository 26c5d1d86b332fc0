import { untilAborted } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { processContext } from '../base/process-context.js';
import { isThenable, promiseOf, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { RateLimitTimeoutError } from '../limits/errors.js';
import { underTimeout, untilDeadline, type TimedCall } from './attempt-time.js';
import { AttemptTimeoutError } from './errors.js';
import { Passage, Refusal, refusedOutcome, type PassingCall } from './gates.js';
import { publish } from './publish.js';

/** Stands for the arguments of a function that takes its attempt instead. */
export const ATTEMPT: readonly unknown[] = Object.freeze([]);

let never: AbortSignal | undefined;

/** One signal that never aborts serves all attempts that nothing can abort. */
export const neverAborts = (): AbortSignal => (never ??= new AbortController().signal);

/** One attempt, as `Retrying.run` and the iteration form pass it to your code. */
export class Attempt {
  /** From 1. */
  readonly number: number;
  /** The state of the call. */
  readonly state: RetryCallState;
  readonly #signal: AbortSignal | undefined;

  /** @internal */
  constructor(state: RetryCallState) {
    this.number = state.attemptNumber;
    this.state = state;
    this.#signal = state.signal;
  }

  /**
   * Aborts when the caller aborts, and when `attemptTimeout` or `deadline` cuts this attempt off. It is always present.
   */
  get signal(): AbortSignal {
    return this.#signal ?? neverAborts();
  }
}

/** What an attempt needs of its call. */
interface AttemptingCall<T> extends PassingCall, TimedCall {
  readonly state: RetryCallState<T>;
  throwIfAborted(): void;
  countCalled(): void;
  /** Calls the function. */
  invoke(attempt?: Attempt): MaybeAsync<T>;
  /** Tells the gates how the attempt ended. */
  endPassage(passage: Passage, outcome: Outcome<T>): MaybeAsync<void>;
  succeededWith(value: T): Outcome<T>;
  failedWith(error: unknown): Outcome<T>;
}

/** What follows an attempt. */
export interface Next<C, T, R> {
  readonly ended: (call: C, outcome: Outcome<T>) => MaybeAsync<R>;
  /** Gates or slow hooks come first, with whose faults this rejects. */
  readonly later: (call: C, outcome: Promise<Outcome<T>>) => MaybeAsync<R>;
}

const asItIs = <V>(_call: unknown, outcome: V): V => outcome;

/** For a loop, which takes the outcome itself. */
export const AS_IT_IS = { ended: asItIs, later: asItIs };

/** Makes one attempt of a call: the gates and the `before` hooks, then the function, bounded in time. */
export function makeAttempt<T, C, R>(call: C & AttemptingCall<T>, next: Next<C, T, R>): MaybeAsync<R> {
  const { steps, hasGates, internals, budgetFor } = call.policy;
  const isLone = !hasGates && internals.mayResend === undefined;
  if (isLone && steps.length === 0) {
    if (budgetFor !== undefined) call.countCalled();
    return callFunction(call, undefined, next.ended);
  }
  const passage = new Passage();
  try {
    const entered = enter(call, passage);
    if (entered !== undefined || !isLone) return next.later(call, makeGatedAttempt(call, passage, entered));
    if (call.signal?.aborted) call.throwIfAborted();
    if (budgetFor !== undefined) call.countCalled();
  } catch (error) {
    return next.ended(call, notEntered(call, passage, error));
  }
  // Hooks that have run leave nothing to tell.
  return callFunction(call, undefined, next.ended);
}

async function makeGatedAttempt<T>(
  call: AttemptingCall<T>,
  passage: Passage,
  entered: MaybeAsync<void>,
): Promise<Outcome<T>> {
  try {
    if (entered !== undefined) await entered;
    if (call.signal?.aborted) call.throwIfAborted();
    if (call.policy.budgetFor !== undefined) call.countCalled();
  } catch (error) {
    return notEntered(call, passage, error);
  }
  const pending = callFunction(call, passage, asItIs);
  let outcome = pending instanceof Promise ? await pending : pending;
  if (outcome.failed && call.policy.internals.mayResend !== undefined) outcome = await resend(call, passage, outcome);
  const told = call.endPassage(passage, outcome);
  if (told !== undefined) await told;
  return outcome;
}

/** The attempt is not made: it fails with the refusal of a gate, or the call does with the fault of a hook. */
function notEntered<T>(call: AttemptingCall<T>, passage: Passage, error: unknown): Outcome<T> {
  passage.cancel();
  if (error instanceof Refusal) return refusedOutcome(call, error.error);
  // A hook's own error is a PolicyError: these are the deadline's.
  if (error instanceof RateLimitTimeoutError) return refusedOutcome(call, error);
  if (error instanceof AttemptTimeoutError) return call.failedWith(error);
  throw error;
}

/** Makes the same attempt once more, if whoever made the policy says so. Until then it holds no slot of a limiter. */
async function resend<T>(call: AttemptingCall<T>, passage: Passage, failed: Outcome<T>): Promise<Outcome<T>> {
  const { state, policy } = call;
  const { limits, internals } = policy;
  if (limits !== undefined) await passage.endLimits(failed);
  const renewed = new Passage();
  try {
    if (call.signal?.aborted) call.throwIfAborted();
    const asked = (internals.mayResend as NonNullable<typeof internals.mayResend>)(state);
    if (!(isThenable(asked) ? await untilDeadline(call, passage, async () => asked) : asked)) return failed;
    state.outcome = undefined;
    state.ended = undefined;
    if (limits !== undefined) {
      await untilDeadline(call, renewed, async (signal) => renewed.enter(call, [{ gate: limits }], signal));
    }
    if (call.signal?.aborted) call.throwIfAborted();
  } catch (error) {
    renewed.cancel();
    if (error instanceof RateLimitTimeoutError) return refusedOutcome(call, error);
    return error instanceof Refusal ? refusedOutcome(call, error.error) : call.failedWith(error);
  }
  passage.join(renewed);
  return callFunction(call, passage, asItIs);
}

/** Enters the passage, for the time that the call's deadline leaves. */
function enter<T>(call: AttemptingCall<T>, passage: Passage): MaybeAsync<void> {
  const { steps, deadline } = call.policy;
  if (deadline === Infinity) return passage.enter(call, steps, call.signal);
  const ms = call.remainingTime();
  return underTimeout(call, passage, ms, 'deadline', async (signal) => passage.enter(call, steps, signal));
}

/** Calls the function of a call once, and cuts it off in time where the policy says so. */
function callFunction<T, C, R>(
  call: C & AttemptingCall<T>,
  passage: Passage | undefined,
  ended: (call: C, outcome: Outcome<T>) => MaybeAsync<R>,
): MaybeAsync<R> {
  let pending: MaybeAsync<T>;
  let later: boolean;
  try {
    // Nearly every attempt needs neither a timer nor a signal.
    pending = passage === undefined && isUnbounded(call) ? callInScope(call) : callInTime(call, passage);
    later = pending instanceof Promise || isThenable(pending);
  } catch (error) {
    return ended(call, call.failedWith(error));
  }
  if (!later) return ended(call, call.succeededWith(pending as T));
  return promiseOf(pending).then(
    (value) => ended(call, call.succeededWith(value)),
    (error: unknown) => ended(call, call.failedWith(error)),
  );
}

/** Whether nothing can end the attempt but its function. */
const isUnbounded = ({ policy, state }: AttemptingCall<unknown>): boolean =>
  policy.attemptTimeout === Infinity && policy.deadline === Infinity && state.signal === undefined;

function callInTime<T>(call: AttemptingCall<T>, passage: Passage | undefined): MaybeAsync<T> {
  const { attemptTimeout, deadline } = call.policy;
  if (attemptTimeout !== Infinity || deadline !== Infinity) {
    const remaining = call.remainingTime();
    const ms = Math.min(attemptTimeout, remaining);
    const limit = attemptTimeout < remaining ? 'attemptTimeout' : 'deadline';
    // A `@Throttle` below tells it that it waits.
    const noted = passage ?? new Passage();
    return underTimeout(call, noted, ms, limit, async () => callInContext(call, noted));
  }
  const pending = callInContext(call, passage);
  // A slot of a limiter is free again as soon as the attempt is over for the policy, even if the function ignores its signal.
  return call.signal !== undefined && passage?.isEmpty === false && isThenable(pending)
    ? untilAborted(pending, call.signal)
    : pending;
}

/** Tells the process which attempt is running while its function is called. */
function callInContext<T>(call: AttemptingCall<T>, passage: Passage | undefined): MaybeAsync<T> {
  const { signal } = call.state;
  // Without a signal there is a passage: what has neither is unbounded.
  if (signal === undefined && (passage as Passage).isEmpty) return callInScope(call);
  const outer = processContext.running;
  processContext.running = {
    signal: signal ?? outer?.signal,
    remaining: () => call.remainingTime(),
    confirm: () => {
      try {
        passage?.confirm();
      } catch (refusal) {
        throw (refusal as Refusal).error;
      }
    },
    waiting: (waits: boolean) => passage?.waiting(waits),
  };
  try {
    return callInScope(call);
  } finally {
    processContext.running = outer;
  }
}

/** Within the scope of `currentAttempt()`, where that is in use. */
function callInScope<T>(call: AttemptingCall<T>): MaybeAsync<T> {
  const { state } = call;
  const scope = processContext.aroundAttempt;
  if (channels.attempt.hasSubscribers) publish(channels.attempt, state);
  if (scope === undefined && state.args !== ATTEMPT) return call.invoke();
  const attempt = new Attempt(state);
  return scope === undefined ? call.invoke(attempt) : scope(attempt, () => call.invoke(attempt));
}
