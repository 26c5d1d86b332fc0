import { checkLimiter, limiterFor, type LimiterLike } from '../../limits/keyed-limiter.js';
import { firstTrait, Strategy } from '../../strategies/strategy.js';
import { parseRateLimit } from '../../headers/rate-limit.js';
import { parseRetryAfter } from '../../headers/retry-after.js';

/** The cap of `wait.retryAfter` unless told otherwise. */
const CAP = 300_000;

/** An answer, as a limiter wants to know it. */
interface Answer {
  readonly status: number;
  readonly headers: unknown;
}

/** A call that waits for a limiter before its attempts. @internal */
export interface LimitedCall {
  /** What the limiter threw instead of a token. */
  refused: { readonly error: unknown } | undefined;
}

/** The limiter of an HTTP client: asked before every attempt, told after every answer. @internal */
export class ClientLimiter {
  readonly #limiter: LimiterLike;
  readonly #cap: number;

  /**
   * @param wait the client's `wait`: a Retry-After above its cap gives the call up, and holds the others back for the cap
   * @throws TypeError for what is no limiter
   */
  constructor(limiter: LimiterLike, wait: unknown) {
    this.#limiter = checkLimiter('limiter', limiter);
    this.#cap = (wait instanceof Strategy ? firstTrait(wait, 'serverTimeCap') : undefined) ?? CAP;
  }

  /**
   * Waits for a token before an attempt. It is no part of the attempt, so a long pause does not time attempts out that
   * were never made. What the limiter throws is kept for the attempt to throw: the call fails with that very error.
   */
  async admit(call: LimitedCall, request: unknown, signal: AbortSignal | undefined): Promise<void> {
    try {
      await limiterFor(this.#limiter, request).acquire(1, { signal });
      call.refused = undefined;
    } catch (error) {
      call.refused = { error };
    }
  }

  /** Tells what came back, so that one 429 holds back all who share the limiter. */
  report(request: unknown, { status, headers }: Answer): void {
    const limiter = limiterFor(this.#limiter, request);
    if (limiter.report === undefined) return;
    const retryAfter = status >= 400 ? parseRetryAfter(headers as object) : undefined;
    const rateLimit = parseRateLimit(headers as object);
    limiter.report({
      status,
      retryAfter: retryAfter === undefined ? undefined : Math.min(retryAfter, this.#cap),
      // A limiter may wait for the reset of a quota that is used up, but not for longer than for a Retry-After.
      rateLimit: (rateLimit?.reset ?? 0) > this.#cap ? { ...rateLimit, reset: undefined } : rateLimit,
    });
  }
}
