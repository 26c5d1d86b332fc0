import type { RateLimiter } from '../limits/rate-limiter.js';
import type { RetryCallState } from '../call/call-state.js';

/** What the channels `tenax:attempt`, `tenax:retry`, `tenax:success`, `tenax:giveup` and `tenax:abort` carry. */
export interface CallMessage {
  readonly state: RetryCallState;
  /** With `tenax:giveup`: what the call fails with. */
  readonly error?: unknown;
  /** With `tenax:abort`: what the caller's signal says; none where the reader of a stream left. */
  readonly reason?: unknown;
}

/** What `tenax:limiter` carries: a grant or a pause. Milliseconds. */
export interface LimiterMessage {
  readonly limiter: RateLimiter & { readonly pending?: number };
  readonly waited?: number;
  readonly paused?: number;
}

/** What `tenax:breaker` carries: a transition of a circuit breaker. */
export interface BreakerMessage {
  /** Its name. */
  readonly breaker: string | undefined;
  readonly from: string;
  readonly to: string;
  /** What opened it, or the reason of a hold. */
  readonly cause?: unknown;
}
