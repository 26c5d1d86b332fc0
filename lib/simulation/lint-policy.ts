import type { RetryOptions } from '../engine/options.js';
import type { Retrying } from '../engine/retrying.js';
import type { LintFinding } from './lint-finding.js';
import { findingsOf } from './lint-rules.js';
import { optionsOf } from './simulated-call.js';

/**
 * Finds probable mistakes in a policy: no stop, no wait, no jitter, an attempt timeout above the deadline, a cap that is never
 * reached, programming errors that are retried, a wait longer than the stop allows, delays that look like seconds, a breaker
 * whose break lasts longer than the retries, and a breaker that several hosts share. Returns an empty list if it finds
 * nothing.
 *
 * @param policy Options or a `Retrying`.
 * @throws TypeError or RangeError for a wrong option, as `new Retrying` does.
 *
 * @example
 * ```ts
 * import { stop } from 'tenax';
 * import { lintPolicy } from 'tenax/simulation';
 *
 * const codes = lintPolicy({ stop: stop.afterAttempt(3) }).map(({ code }) => code);
 * console.assert(codes.includes('no-wait'));
 * ```
 */
export const lintPolicy = (policy: RetryOptions<any> | Retrying): LintFinding[] => findingsOf(optionsOf(policy));
