import type { Outcome } from '../call/outcome.js';
import { parseRateLimit } from '../headers/rate-limit.js';
import { parseRetryAfter } from '../headers/retry-after.js';

/** What a breaker reads from an HTTP answer. */
export interface Answer {
  readonly status: number | undefined;
  /** A 429, or a 403 or 413 that counts as one. */
  readonly tooMany: boolean;
  /** Milliseconds that the server named. */
  readonly retryAfter: number | undefined;
}

/** The HTTP answer that a call ended with, if it did. */
export function answerOf(outcome: Outcome): Answer | undefined {
  const source = (outcome.failed ? outcome.error : outcome.value) as Record<string, any> | null | undefined;
  if (typeof source !== 'object' || source === null) return undefined;
  const response = source['response'] as Record<string, any> | undefined;
  const status: unknown = source['status'] ?? response?.['status'];
  const headers: unknown = source['headers'] ?? response?.['headers'];
  // A value with a field `status` may be anything.
  if (!outcome.failed && typeof headers !== 'object') return undefined;
  const named: unknown = source['retryAfter'];
  const retryAfter = typeof named === 'number' && named >= 0 ? named : parseRetryAfter(headers as object);
  if (typeof status !== 'number') return { status: undefined, tooMany: false, retryAfter };
  const limited = (status === 403 || status === 413) && (retryAfter !== undefined || isSpent(headers as object));
  return { status, tooMany: status === 429 || limited, retryAfter };
}

function isSpent(headers: object): boolean {
  const limit = parseRateLimit(headers);
  return limit?.remaining === 0 && limit.reset !== undefined;
}
