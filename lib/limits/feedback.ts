import { formatValue } from '../base/check.js';
import type { Outcome } from '../call/outcome.js';
import type { RateLimit } from '../headers/rate-limit-info.js';
import { countsAsRateLimit, type Answer } from '../headers/answer.js';
import { parseRateLimits } from '../headers/rate-limits.js';
import { timedOut } from '../headers/timed-out.js';
import type { RateFeedback } from './rate-limiter.js';

/** What an answer means for a limiter. */
export interface Reading {
  /** True if the request was rate-limited. */
  readonly throttled: boolean;
  /** True if it was rate-limited, refused with a 503, or timed out. */
  readonly overloaded: boolean;
  /** True if the server did what was asked. */
  readonly succeeded: boolean;
  /** Milliseconds for which no caller should ask again; 0 if there is no such time. */
  readonly pause: number;
  /** What the server says is left; undefined if it did not say. */
  readonly remaining: number | undefined;
  /** Milliseconds until that is reset; undefined if it did not say. */
  readonly reset: number | undefined;
  /** When the attempt was granted, on the limiter's clock. */
  readonly began: number | undefined;
}

/** The unit of a limit without a unit. */
const UNIT = 'requests';

/**
 * The limits in a response. Values that are not limits are ignored.
 *
 * @throws TypeError for feedback that is not an object.
 */
export function limitsOf(feedback: RateFeedback): readonly RateLimit[] {
  if (typeof feedback !== 'object' || (feedback as unknown) === null) {
    throw new TypeError(`report takes an object with status, retryAfter, rateLimits, …, got ${formatValue(feedback)}`);
  }
  const { rateLimits, rateLimit } = feedback;
  const told: unknown = rateLimits ?? [rateLimit];
  return Array.isArray(told) ? told.filter(isLimit) : [];
}

const isLimit = (limit: unknown): limit is RateLimit => typeof limit === 'object' && limit !== null;

export const unitOf = ({ unit = UNIT }: RateLimit): string => unit;

/**
 * Reads a response for a limiter of `unit`; `undefined` stands for a limit of concurrency.
 *
 * A Retry-After applies to every unit. It counts with any failing status (GitHub sends it with 403, others with 503), but
 * not with a 202 or a redirect, where it has another meaning. A limit with nothing left until a reset counts with any status,
 * unless the response has a Retry-After.
 */
export function readFeedback(feedback: RateFeedback, unit: string | undefined = UNIT): Reading {
  const limits = limitsOf(feedback).filter((limit) => unitOf(limit) === unit);
  const { status, retryAfter, timedOut = false, began } = feedback;
  const throttled = feedback.throttled ?? status === 429;
  const failed = throttled || timedOut || (status === undefined ? feedback.throttled === undefined : status >= 400);
  const pause = failed && retryAfter !== undefined ? retryAfter : longestReset(limits);
  return {
    throttled,
    overloaded: throttled || timedOut || status === 503,
    succeeded: !failed,
    // NaN and other values that are not numbers of milliseconds are ignored.
    pause: Math.max(0, pause || 0),
    ...(limits.length === 0 ? NOTHING_TOLD : leastRemaining(limits)),
    began,
  };
}

/** Reads a response for a limit of concurrency: a 429 with a time pauses it, whatever the unit of that time's limit. */
export function readForSlots(feedback: RateFeedback): Reading {
  const limits = limitsOf(feedback);
  const reading = readFeedback({ ...feedback, rateLimit: undefined, rateLimits: undefined });
  if (!reading.throttled || feedback.retryAfter !== undefined) return reading;
  return { ...reading, pause: longestReset(limits) };
}

/** Milliseconds until every limit with nothing left is reset; 0 if there is no such limit. */
function longestReset(limits: readonly RateLimit[]): number {
  let longest = 0;
  for (const { remaining, reset } of limits) if (remaining === 0 && Number(reset) > longest) longest = reset as number;
  return longest;
}

const NOTHING_TOLD: Pick<Reading, 'remaining' | 'reset'> = { remaining: undefined, reset: undefined };

/** The lowest remaining count and its reset. Values that are not numbers of tokens are ignored. */
export function leastRemaining(limits: readonly RateLimit[]): Pick<Reading, 'remaining' | 'reset'> {
  const told = limits.filter(({ remaining }) => Number(remaining) >= 0) as { remaining: number; reset?: number }[];
  return told.reduce<typeof NOTHING_TOLD>(
    (least, { remaining, reset }) => (remaining < (least.remaining ?? Infinity) ? { remaining, reset } : least),
    NOTHING_TOLD,
  );
}

/**
 * What to report about an attempt: its answer, its success, or its timeout. Undefined for any other failure, which says
 * nothing about limits. Times above `cap` milliseconds count as `cap`.
 */
export function feedbackOf(
  outcome: Pick<Outcome, 'failed'> & { readonly error?: unknown },
  answer: Answer | undefined,
  began: number | undefined,
  cap = Infinity,
): RateFeedback | undefined {
  if (answer?.status === undefined) {
    if (!outcome.failed) return { throttled: false, began };
    return timedOut(outcome.error) ? { timedOut: true, began } : undefined;
  }
  const { status, headers } = answer;
  // In a successful answer, Retry-After is not about a limit: it says when to ask again for this one resource.
  const retryAfter = status >= 400 ? answer.retryAfter : undefined;
  return {
    status,
    throttled: countsAsRateLimit(answer) || undefined,
    retryAfter: retryAfter === undefined ? undefined : Math.min(retryAfter, cap),
    rateLimits: parseRateLimits(headers).map((limit) => capped(limit, cap)),
    began,
  };
}

/** The limit with a reset of at most `cap` milliseconds. */
export const capped = (limit: RateLimit, cap: number): RateLimit =>
  (limit.reset ?? 0) > cap ? { ...limit, reset: cap } : limit;
