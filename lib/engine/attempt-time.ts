import { untilAborted } from '../base/abort.js';
import type { RetryCallState } from '../call/call-state.js';
import { RateLimitTimeoutError } from '../limits/errors.js';
import { AttemptTimeoutError } from './errors.js';
import type { Passage } from './gates.js';
import type { Policy } from './policy.js';
import { withTimeout } from './timeout.js';

/** What the time of an attempt depends on. */
export interface TimedCall {
  readonly policy: Policy;
  readonly state: RetryCallState;
  /** Ends the call. */
  readonly signal: AbortSignal | undefined;
  /** Aborts with the attempt, instead of its own controller. */
  readonly attemptController: AbortController | undefined;
  /** Milliseconds until the deadline of the call. */
  remainingTime(): number;
}

/** Work of an attempt that is bounded by the call's deadline alone. */
export function untilDeadline<V>(
  call: TimedCall,
  passage: Passage,
  work: (signal: AbortSignal | undefined) => Promise<V>,
): Promise<V> {
  const ms = call.remainingTime();
  if (ms === Infinity) return untilAborted(work(call.signal), call.signal);
  return underTimeout(call, passage, ms, 'deadline', work);
}

/** Runs work of an attempt with a signal of its own that aborts when the time is over. */
export async function underTimeout<V>(
  call: TimedCall,
  passage: Passage,
  ms: number,
  limit: 'attemptTimeout' | 'deadline',
  work: (signal: AbortSignal) => Promise<V>,
): Promise<V> {
  const { state, policy, signal } = call;
  const timeoutError = (): Error => {
    if (limit === 'deadline') {
      state.isPastDeadline = true;
      // The limiter refuses such a caller at the same moment: which timer comes first makes no difference.
      if (passage.awaitsLimit) return new RateLimitTimeoutError(Infinity, ms);
    }
    return new AttemptTimeoutError(state.fnName, state.attemptNumber, limit, policy[limit]);
  };
  try {
    const { clock } = policy;
    return await withTimeout({ clock, ms, signal, timeoutError, controller: call.attemptController }, (own) => {
      state.signal = own;
      return work(own);
    });
  } finally {
    state.signal = signal;
  }
}
