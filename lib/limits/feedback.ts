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

/** The unit of a limit that names none. */
const UNIT = 'requests';

/**
 * The limits that a response named. Whatever is no limit was not said.
 *
 * @throws TypeError for what is no feedback.
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
 * Reads a response for a limiter of `unit`; undefined for a limit of concurrency. A Retry-After holds for every unit and
 * counts with any failing status (GitHub sends it with 403, others with 503), not with a 202 or a redirect, where it says
 * something else. Nothing left until a reset counts with any status, unless a refusal named its own time.
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
    // Whatever is no number of milliseconds or tokens was not said.
    pause: Math.max(0, pause || 0),
    ...(limits.length === 0 ? NOTHING_TOLD : leastRemaining(limits)),
    began,
  };
}

/** As `readFeedback`, for a limit of concurrency: a 429 that names a time pauses it, whatever the unit. */
export function readForSlots(feedback: RateFeedback): Reading {
  const limits = limitsOf(feedback);
  const reading = readFeedback({ ...feedback, rateLimit: undefined, rateLimits: undefined });
  if (!reading.throttled || feedback.retryAfter !== undefined) return reading;
  return { ...reading, pause: longestReset(limits) };
}

/** Milliseconds until each limit with nothing left is reset; 0 if none says so. */
function longestReset(limits: readonly RateLimit[]): number {
  let longest = 0;
  for (const { remaining, reset } of limits) if (remaining === 0 && Number(reset) > longest) longest = reset as number;
  return longest;
}

const NOTHING_TOLD: Pick<Reading, 'remaining' | 'reset'> = { remaining: undefined, reset: undefined };

/** The limit of which the least is left. Whatever is no number of tokens was not said. */
export function leastRemaining(limits: readonly RateLimit[]): Pick<Reading, 'remaining' | 'reset'> {
  const told = limits.filter(({ remaining }) => Number(remaining) >= 0) as { remaining: number; reset?: number }[];
  return told.reduce<typeof NOTHING_TOLD>(
    (least, { remaining, reset }) => (remaining < (least.remaining ?? Infinity) ? { remaining, reset } : least),
    NOTHING_TOLD,
  );
}

/**
 * What to report of the end of an attempt: an answer, a success, or a timeout. Undefined for any other failure, which
 * says nothing about limits. Times above `cap` count as the cap.
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
  // Of an answer that was accepted it is not about a limit: it says when to ask again for this one thing.
  const retryAfter = status >= 400 ? answer.retryAfter : undefined;
  return {
    status,
    throttled: countsAsRateLimit(answer) || undefined,
    retryAfter: retryAfter === undefined ? undefined : Math.min(retryAfter, cap),
    rateLimits: parseRateLimits(headers).map((limit) => capped(limit, cap)),
    began,
  };
}

/** A reset above the cap counts as the cap. */
export const capped = (limit: RateLimit, cap: number): RateLimit =>
  (limit.reset ?? 0) > cap ? { ...limit, reset: cap } : limit;
