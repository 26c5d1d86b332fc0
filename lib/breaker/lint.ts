import type { RetryCallState } from '../call/call-state.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { inSeconds, named } from './errors.js';

/** A probable mistake in the breaker of a policy. */
export interface BreakerFinding {
  readonly code: 'break-over-retries' | 'breaker-shared-by-hosts';
  readonly option: 'breaker';
  /** What is wrong, and how to fix it. */
  readonly message: string;
}

/**
 * Finds probable mistakes in the breaker of a policy. It finds none in {@link CircuitBreakers}: these keep a breaker for each
 * host, and their breaks depend on the key.
 *
 * @param breaker The option `breaker` of the policy.
 * @param longestWait The longest total wait of a call in milliseconds; 0 if it is not retried.
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

/** The length of the first break; NaN if `breakFor` throws without a real failure. */
function firstBreak(ask: () => number | Promise<number>): number {
  try {
    return Number(ask());
  } catch {
    return NaN;
  }
}
