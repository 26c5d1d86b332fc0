import type { RetryCallState } from '../../call/call-state.js';
import { readAnswer } from '../../headers/answer.js';
import { LONGEST_SERVER_TIME } from '../../headers/retry-after.js';
import { openDuration } from '../options.js';
import { waitFactory, waitOption, type WaitLike, type WaitStrategy } from '../wait-strategy.js';
import { exponential } from './exponential.js';

/** Options of `wait.retryAfter`. */
export interface RetryAfterOptions {
  /**
   * The longest time to wait for a server, in milliseconds. If the server names a longer one, the call gives up. Default
   * 300 000.
   */
  readonly max?: number | undefined;
  /**
   * The wait if the server named no time. Default `wait.exponential({ initial: 1000, max: 60_000 }).withJitter(0.5)`.
   */
  readonly fallback?: WaitLike | undefined;
}

interface Completed {
  readonly max: number;
  readonly fallback?: WaitStrategy;
}

/**
 * Milliseconds that the server asked to wait after the last attempt, whichever client made it; `undefined` if it named no
 * time. A time of 0, or in the past, counts only for the first retry of a call, so that no caller hammers the server.
 */
function serverDelay({ outcome, attemptNumber }: RetryCallState): number | undefined {
  const { retryAfter } = readAnswer(outcome);
  return retryAfter === 0 && attemptNumber > 1 ? undefined : retryAfter;
}

/**
 * Waits for the time that the server named, and never less; otherwise for `fallback`. It reads RFC 9110's Retry-After and
 * the RateLimit fields, whichever client made the request. If the time is above `max` (300 000 ms), the call gives up:
 * asking sooner would be pointless.
 */
export const retryAfter: (options?: RetryAfterOptions) => WaitStrategy = /* @__PURE__ */ waitFactory({
  name: 'wait.retryAfter',
  options: { max: openDuration, fallback: waitOption },
  defaults: { max: LONGEST_SERVER_TIME },
  jittered: ({ fallback }: Completed) => fallback === undefined,
  serverTimeCap: ({ max }: Completed) => max,
  delay: ({ max, fallback = exponential({ initial: 1000, max: 60_000 }).withJitter(0.5) }: Completed) => {
    return (state) => {
      const named = serverDelay(state);
      if (named === undefined) return fallback.delay(state);
      return named > max ? Infinity : named;
    };
  },
});
