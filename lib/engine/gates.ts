import { untilAborted } from '../base/abort.js';
import { setCause } from '../base/set-cause.js';
import { isThenable, type MaybeAsync } from '../base/thenable.js';
import type { RetryCallState } from '../call/call-state.js';
import { GateFault, markRefusal, type Gate, type Permit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { RateLimitTimeoutError } from '../limits/errors.js';
import type { Hook } from '../strategies/hook.js';
import { callPolicyPart, policyError } from './policy-part.js';

/** What an attempt passes before it starts, in the order of the policy: a gate, or a `before` hook. */
export type Step = { readonly gate: Gate } | { readonly hook: Hook };

/** A gate did not admit the attempt: the attempt fails with that error. */
export class Refusal {
  constructor(readonly error: unknown) {}
}

/** The outcome of an attempt that a gate did not admit with this error. */
export function refusedOutcome<T>(
  call: { lastError(): unknown; failedWith(error: unknown): Outcome<T> },
  error: unknown,
): Outcome<T> {
  markRefusal(error);
  noteLastError(error, call.lastError());
  return call.failedWith(error);
}

/** A limiter's refusal after earlier attempts has the error of the last one as its cause. */
export function noteLastError(error: unknown, last: unknown): void {
  // A refusal that was to be retried is the last error itself.
  if (last === undefined || last === error) return;
  if (error instanceof RateLimitTimeoutError && error.cause === undefined) setCause(error, last);
}

/** What a passage needs to know of its call. */
export interface PassingCall {
  readonly state: RetryCallState;
  /** Milliseconds until the deadline of the call. */
  remainingTime(): number;
  /** What the last attempt threw, if there was one. */
  lastError(): unknown;
}

/**
 * Takes one attempt through the gates and the `before` hooks, and back. Each permit is either cancelled, or ended with the
 * attempt's outcome, once.
 */
export class Passage {
  /** Whether the attempt waits for a limit, its own or that of a `@Throttle` below. */
  awaitsLimit = false;
  private permits: Permit[] = [];
  private closed = false;

  /** Passes the steps in order, at once as long as they do. Throws a {@link Refusal}, or the `PolicyError` of a hook. */
  enter(call: PassingCall, steps: readonly Step[], signal: AbortSignal | undefined, from = 0): MaybeAsync<void> {
    for (let i = from; i < steps.length; i += 1) {
      const step = steps[i] as Step;
      const pending =
        'hook' in step
          ? callPolicyPart('before', step.hook, runHook, call.state, call.lastError())
          : this.admit(call, step.gate, signal);
      if (pending instanceof Promise) return pending.then(() => this.enter(call, steps, signal, i + 1));
    }
    // Where later gates took time, a breaker may have opened since it was asked.
    if (from > 0) this.confirm();
  }

  /** Asks the gates that can change their mind once more, since the later ones took time. Throws their {@link Refusal}. */
  confirm(): void {
    for (const permit of this.permits) {
      try {
        permit.confirm?.();
      } catch (error) {
        this.permits.splice(this.permits.indexOf(permit), 1);
        throw new Refusal(error);
      }
    }
  }

  /** The attempt waits below, or no longer does. */
  waiting(waits: boolean): void {
    this.awaitsLimit = waits;
    for (const permit of this.permits) permit.waiting?.(waits);
  }

  /** The attempt is not made: every gate takes back what it granted, the later ones when they grant it. */
  cancel(): void {
    this.closed = true;
    const faults: unknown[] = [];
    for (const permit of this.permits.reverse()) {
      try {
        permit.cancel();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  /** The attempt will be made once more: the limits, which came last, learn how it ended so far. */
  async endLimits(outcome: Outcome): Promise<void> {
    await (this.permits.pop() as Permit).end(outcome);
  }

  /** Takes over the permits of the limits that were asked for the same attempt once more. */
  join(renewed: Passage): void {
    this.permits.push(...renewed.permits);
  }

  /**
   * Tells the gates how the attempt ended, the innermost first. While the source of a stream is `open`, the permits that are
   * held until it ends stay.
   */
  end(outcome: Outcome, open = false): MaybeAsync<void> {
    const { permits } = this;
    if (permits.length === 0) return undefined;
    this.permits = open ? permits.filter(({ held }) => held === true) : [];
    return endAll(open ? permits.filter(({ held }) => held !== true) : permits, outcome);
  }

  /** The consumer of a stream left it: what is held is free again, and nothing is known of how it would have ended. */
  leave(): void {
    for (const permit of this.permits.splice(0)) permit.leave?.();
  }

  get isEmpty(): boolean {
    return this.permits.length === 0;
  }

  private admit(call: PassingCall, gate: Gate, signal: AbortSignal | undefined): MaybeAsync<void> {
    const { state } = call;
    const refuse = (error: unknown): never => {
      if (error instanceof GateFault) throw policyError(error.option, state, error.error, call.lastError());
      throw new Refusal(error);
    };
    try {
      const request = state.request ?? state;
      const pending = gate.admit({ request, state, signal, remaining: call.remainingTime() });
      if (!isThenable(pending)) {
        this.permits.push(pending);
        return undefined;
      }
      this.awaitsLimit = gate.isLimit === true;
      const admitted = pending.then((permit) => {
        this.awaitsLimit = false;
        if (this.closed) permit.cancel();
        else this.permits.push(permit);
      }, refuse);
      // A gate may ignore the signal.
      return untilAborted(admitted, signal);
    } catch (error) {
      return refuse(error);
    }
  }
}

/** Ends permits one after another, the last one first and all of them, even if one throws; synchronous as long as they are. */
function endAll(
  permits: readonly Permit[],
  outcome: Outcome,
  from = permits.length - 1,
  faults: unknown[] = [],
): MaybeAsync<void> {
  for (let i = from; i >= 0; i -= 1) {
    try {
      const pending = (permits[i] as Permit).end(outcome);
      if (!isThenable(pending)) continue;
      const noted = Promise.resolve(pending).catch((error: unknown) => faults.push(error));
      return noted.then(() => endAll(permits, outcome, i - 1, faults));
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

const runHook = (hook: Hook, state: RetryCallState) => hook.run(state);
