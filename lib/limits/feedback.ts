import type { RateFeedback } from './rate-limiter.js';

/** What an answer means for a limiter. */
export interface Reading {
  /** The server refused for the rate's sake. */
  readonly throttled: boolean;
  /** The server did what was asked. */
  readonly succeeded: boolean;
  /** Milliseconds for which nobody should ask again; 0: none. */
  readonly pause: number;
  /** What the server says is left; undefined: it did not say. */
  readonly remaining: number | undefined;
}

/**
 * Reads an answer. A Retry-After counts with any failing status (GitHub sends it with 403, others with 503), not with a
 * 202 or a redirect, where it says something else. Where a refusal names none, but says that nothing is left until the
 * quota is reset, that is the time to wait.
 */
export function readFeedback(feedback: RateFeedback): Reading {
  const { status, retryAfter, rateLimit = {} } = feedback;
  const throttled = feedback.throttled ?? status === 429;
  const failed = throttled || (status === undefined ? feedback.throttled === undefined : status >= 400);
  const { remaining, reset } = rateLimit;
  const asked = retryAfter ?? (throttled && remaining === 0 ? reset : undefined);
  return {
    throttled,
    succeeded: !failed,
    // Whatever is no number of milliseconds or tokens was not said.
    pause: failed ? Math.max(0, asked || 0) : 0,
    remaining: Number(remaining) >= 0 ? remaining : undefined,
  };
}
