import { abortReason, listen, unlisten, untilAborted } from '../base/abort.js';
import { processContext, runAttempt, type RunningAttempt } from '../base/process-context.js';
import { isThenable, promiseOf, type MaybeAsync } from '../base/thenable.js';
import { GateFault, type Gate, type QuickPermit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import { PolicyError } from '../engine/errors.js';
import { functionName, type BreakerCall } from './permit.js';

/** A function to call within a breaker, with its `this` and arguments. */
export interface InsideCall {
  readonly fn: (...args: never[]) => unknown;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/**
 * Calls a function within a breaker, for `run`, `wraps` and `@Break`. `signal` ends the call at once. If the call is an attempt
 * of a policy, a `@Throttle` below asks the breaker again after its wait, and the breaker learns at once when the attempt is
 * cut off.
 */
export function runInside(gate: Gate, call: InsideCall, signal?: AbortSignal): Promise<unknown> {
  const { fn, self, args } = call;
  if (signal?.aborted) return Promise.reject(abortReason(signal));
  const outer = processContext.running;
  const ends = signal ?? outer?.signal;
  let permit: QuickPermit;
  try {
    // A breaker admits or refuses at once, so the remaining time does not matter.
    const remaining = Infinity;
    const admission: BreakerCall = {
      request: { self, args },
      state: undefined,
      signal: ends,
      remaining,
      fn,
      self,
      args,
    };
    permit = gate.admit(admission) as QuickPermit;
  } catch (refusal) {
    return Promise.reject(
      refusal instanceof GateFault ? new PolicyError('breaker', functionName(fn), refusal.error, undefined) : refusal,
    );
  }
  const running: RunningAttempt = {
    signal: ends,
    remaining: () => outer?.remaining() ?? Infinity,
    confirm: () => {
      outer?.confirm();
      permit.confirm();
    },
    waiting: (begins) => {
      permit.waiting(begins);
      outer?.waiting?.(begins);
    },
  };
  const cutOff = (): void => {
    endQuietly(permit, { attemptNumber: 1, failed: true, error: abortReason(ends as AbortSignal) });
  };
  if (ends !== undefined) listen(ends, cutOff);
  const end = (outcome: Outcome): MaybeAsync<void> => {
    if (ends !== undefined) unlisten(ends, cutOff);
    return permit.end(outcome);
  };
  const ended = (value: unknown): unknown => {
    const counted = end({ attemptNumber: 1, failed: false, value });
    return isThenable(counted) ? counted.then(() => value) : value;
  };
  const failed = (error: unknown): unknown => {
    const counted = end({ attemptNumber: 1, failed: true, error });
    if (!isThenable(counted)) throw error;
    return counted.then(() => {
      throw error;
    });
  };
  const done = untilAborted(begin(running, call), signal).then(ended, failed);
  // `countIf` may be asynchronous, so the signal has to end its wait too.
  return untilAborted(done, signal);
}

function begin(running: RunningAttempt, { fn, self, args }: InsideCall): Promise<unknown> {
  try {
    return promiseOf(runAttempt(running, () => fn.apply(self, args as never[])));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Ends a permit after an abort, whose reason the call rejects with. An error of `countIf` is ignored. */
function endQuietly(permit: QuickPermit, outcome: Outcome): void {
  void (async () => permit.end(outcome))().catch(() => undefined);
}
