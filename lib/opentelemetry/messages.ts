import type { RateLimiter } from '../limits/rate-limiter.js';
import type { RetryCallState } from '../call/call-state.js';

/** A message on the channels `tenax:attempt`, `tenax:retry`, `tenax:success`, `tenax:giveup` and `tenax:abort`. */
export interface CallMessage {
  readonly state: RetryCallState;
  /** With `tenax:giveup`: the error of the call. */
  readonly error?: unknown;
  /** With `tenax:abort`: the signal's reason; left out if the reader of a stream, or the body of a loop, left. */
  readonly reason?: unknown;
}

/** A message on the channel `tenax:limiter`: a grant or a pause. */
export interface LimiterMessage {
  readonly limiter: RateLimiter & { readonly pending?: number };
  /** With a grant: the milliseconds waited. */
  readonly waited?: number;
  /** With a pause: its length in milliseconds. */
  readonly paused?: number;
}

/** A message on the channel `tenax:breaker`: a transition of a circuit breaker. */
export interface BreakerMessage {
  /** The breaker's name. */
  readonly breaker: string | undefined;
  readonly from: string;
  readonly to: string;
}
