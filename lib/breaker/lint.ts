import type { RetryCallState } from '../call/call-state.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { inSeconds, named } from './errors.js';

/** Something about the breaker of a policy that is probably not meant. */
export interface BreakerFinding {
  readonly code: 'break-over-retries' | 'breaker-shared-by-hosts';
  readonly option: 'breaker';
  /** What is wrong, and what to do. */
  readonly message: string;
}

/**
 * Looks over the breaker of a policy. Nothing is found for {@link CircuitBreakers}, which are one for each host and whose
 * breaks depend on the key.
 *
 * @param breaker the option `breaker` of the policy
 * @param longestWait the milliseconds that all retries of one call wait at most; 0 without retries
 */
export function breakerFindings(breaker: unknown, longestWait: number): BreakerFinding[] {
  if (!(breaker instanceof CircuitBreaker)) return [];
  const findings: BreakerFinding[] = [];
  const { hosts, settings } = breaker.core;
  const first = firstBreak(() => settings.breakFor.delay({ attemptNumber: 1, random: () => 0 } as RetryCallState));
  if (longestWait > 0 && first > longestWait) {
    findings.push({
      code: 'break-over-retries',
      option: 'breaker',
      message:
        `the breaker${named(breaker.name)} stays open for ${inSeconds(first)}, longer than all retries of a call wait ` +
        `(${inSeconds(longestWait)}): once it opens they are refused; name fewer attempts, a shorter breakFor, or a retryIf ` +
        'for CircuitOpenError with wait.retryAfter()',
    });
  }
  if (hosts.size > 1) {
    findings.push({
      code: 'breaker-shared-by-hosts',
      option: 'breaker',
      message:
        `the breaker${named(breaker.name)} is shared by ${[...hosts].join(' and ')}: one that is down stops the calls to the ` +
        'other; use CircuitBreakers, which keeps one for each host',
    });
  }
  return findings;
}

/** NaN for a `breakFor` that needs a failure to look at. */
function firstBreak(ask: () => number | Promise<number>): number {
  try {
    return Number(ask());
  } catch {
    return NaN;
  }
}
