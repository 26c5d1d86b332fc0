import { abortReason, listen, unlisten, untilAborted } from '../base/abort.js';
import { processContext, runAttempt, type RunningAttempt } from '../base/process-context.js';
import type { Gate, Permit } from '../call/gate.js';
import type { Outcome } from '../call/outcome.js';
import type { BrokenCall } from './permit.js';

/** A function to be called within a breaker. */
export interface InsideCall {
  readonly fn: (...args: never[]) => unknown;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/**
 * Calls a function within a breaker: `run`, `wraps` and `@Break`. `signal` ends the call at once. Where the call is an
 * attempt of a policy, a `@Throttle` below asks the breaker again after its wait, and the breaker learns at once that the
 * attempt was cut off.
 */
export function runInside(gate: Gate, call: InsideCall, signal?: AbortSignal): Promise<unknown> {
  const { fn, self, args } = call;
  if (signal?.aborted) return Promise.reject(abortReason(signal) as Error);
  const outer = processContext.running;
  const ends = signal ?? outer?.signal;
  let permit: Permit;
  try {
    const remaining = outer?.remaining() ?? Infinity;
    const admission: BrokenCall = { request: { self, args }, state: undefined, signal: ends, remaining, ...call };
    // A breaker admits or refuses at once.
    permit = gate.admit(admission) as Permit;
  } catch (refusal) {
    return Promise.reject(refusal);
  }
  let waits = false;
  const running: RunningAttempt = {
    signal: ends,
    remaining: outer?.remaining ?? (() => Infinity),
    confirm: () => {
      outer?.confirm();
      permit.confirm?.();
    },
    waiting: (begins) => {
      waits = begins;
      outer?.waiting?.(begins);
    },
  };
  const cutOff = (): void => {
    if (waits) permit.cancel();
    else endQuietly(permit, { attemptNumber: 1, failed: true, error: abortReason(ends as AbortSignal) });
  };
  if (ends !== undefined) listen(ends, cutOff);
  const ended = async (outcome: Outcome): Promise<void> => {
    if (ends !== undefined) unlisten(ends, cutOff);
    await permit.end(outcome);
  };
  const work = runAttempt(running, async () => fn.apply(self, args as never[]));
  return untilAborted(work, signal).then(
    async (value) => {
      await ended({ attemptNumber: 1, failed: false, value });
      return value;
    },
    async (error: unknown) => {
      await ended({ attemptNumber: 1, failed: true, error });
      throw error;
    },
  );
}

/** The call fails with what cut it off; nobody would handle what `countIf` throws on top. */
function endQuietly(permit: Permit, outcome: Outcome): void {
  void (async () => permit.end(outcome))().catch(() => undefined);
}
