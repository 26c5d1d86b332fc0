import { ignoreRejection } from '../base/thenable.js';
import type { RetryOptions } from '../engine/options.js';
import { policyOf } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import { breakerFindings } from '../breaker/lint.js';
import { RetryCallState } from '../call/call-state.js';
import { partsOf, traitOf, type Source, type Strategy } from '../strategies/strategy.js';
import type { WaitStrategy } from '../strategies/wait-strategy.js';
import { canStop, smallestLimit } from './bounds.js';
import { SIMULATED, optionsOf } from './simulated-call.js';

/** Something in a policy that is probably a mistake. */
export interface LintFinding {
  /** A stable code, so that you can ignore findings. */
  readonly code:
    | 'no-stop'
    | 'no-wait'
    | 'no-jitter'
    | 'attempt-timeout-over-deadline'
    | 'cap-never-reached'
    | 'retries-programming-errors'
    | 'wait-over-stop'
    | 'break-over-retries'
    | 'breaker-shared-by-hosts'
    | 'looks-like-seconds';
  /** The option that the finding is about. */
  readonly option: keyof RetryOptions;
  /** What is wrong, and how to fix it. */
  readonly message: string;
}

/** Whether the options of a growing wait look like seconds: `{ initial: 1, max: 60 }`. */
function looksLikeSeconds(part: Strategy): boolean {
  if (traitOf(part, 'grows') !== true) return false;
  const { declaration, given } = part.source as Required<Source>;
  const { options = {} } = declaration;
  const [named = {}] = given as [Readonly<Record<string, number>>?];
  const { max = Infinity } = named;
  if (max <= 0 || max > 300) return false;
  const durations = Object.entries(options).flatMap(([key, { type }]) =>
    type.endsWith('uration') ? (named[key] ?? []) : [],
  );
  return durations.length === 1 || durations.some((duration) => duration <= 10);
}

/** The state of a call whose attempt has failed. All its random numbers are `random`. */
function failedState(retrying: Retrying, attemptNumber: number, error: Error, random = 0): RetryCallState {
  const state = new RetryCallState(retrying, SIMULATED, 0, () => random);
  state.attemptNumber = attemptNumber;
  state.outcome = { attemptNumber, failed: true, error };
  return state;
}

/**
 * What a part of the policy returns; undefined if it throws, as a function that expects one kind of error may. If it returns a
 * promise, a rejection is ignored.
 */
function tryCall<A>(part: () => A): A | undefined {
  try {
    return ignoreRejection(part());
  } catch {
    return undefined;
  }
}

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
export function lintPolicy(policy: RetryOptions<any> | Retrying): LintFinding[] {
  const options = optionsOf(policy);
  const { stop, wait, deadline, attemptTimeout, retryIf, enabled } = policyOf(options);
  if (!enabled) return [];
  const findings: LintFinding[] = [];
  const find = (code: LintFinding['code'], option: keyof RetryOptions, message: string): void => {
    findings.push({ code, option, message });
  };
  const retrying = new Retrying(options, { quiet: true });

  if (!canStop(stop) && deadline === Infinity) {
    find('no-stop', 'stop', 'the call never gives up; name stop.afterAttempt(n) or a deadline');
  }
  const attempts = Math.min(smallestLimit(stop, ['attempts']), 1000);
  const time = Math.min(smallestLimit(stop, ['start', 'end']), deadline);
  /** The delays without jitter and with most jitter. NaN for a wait that is asynchronous or throws for a plain Error. */
  const delaysAfter = (attemptNumber: number, strategy: WaitStrategy): number[] =>
    [0, 1].map((random) =>
      Number(tryCall(() => strategy.delay(failedState(retrying, attemptNumber, new Error('lint'), random)))),
    );
  const first = Math.min(...delaysAfter(1, wait));
  const single = attempts <= 1;

  const parts = [...partsOf(wait)];
  const jittered = parts.some((part) => traitOf(part, 'jittered') === true);
  if (!single && !jittered) {
    if ([1, 4].flatMap((after) => delaysAfter(after, wait)).every((delay) => delay === 0)) {
      find('no-wait', 'wait', 'failures are retried at once, which can overload a struggling server; name a wait');
    } else if (parts.every(({ source }) => source?.declaration !== undefined)) {
      find(
        'no-jitter',
        'wait',
        'calls that fail together are retried together; add .withJitter(0.5) or use wait.exponentialJitter',
      );
    }
  }
  if (attemptTimeout !== Infinity && attemptTimeout > deadline) {
    find(
      'attempt-timeout-over-deadline',
      'attemptTimeout',
      `an attempt may take ${attemptTimeout} ms, the whole call only ${deadline} ms`,
    );
  }
  if (first > time) {
    find('wait-over-stop', 'wait', `the first wait is ${first} ms, longer than the ${time} ms that the call may take`);
  }
  for (const part of parts) {
    if (traitOf(part, 'grows') !== true || attempts === 1000) continue;
    const [{ max = Infinity } = {}] = part.source?.args as readonly [{ readonly max?: number }?];
    // The longest delays after the first attempt and before the last attempt.
    const most = Math.max(...[1, attempts - 1].flatMap((after) => delaysAfter(after, part as WaitStrategy)));
    if (max !== Infinity && most < max) {
      find('cap-never-reached', 'wait', `max: ${max} is never reached within ${attempts} attempts`);
    }
  }
  const inSeconds = parts.find(looksLikeSeconds);
  if (inSeconds !== undefined) {
    find('looks-like-seconds', 'wait', `${String(inSeconds)} reads like seconds; durations are milliseconds`);
  }
  const mistake = failedState(retrying, 1, new TypeError('x is not a function'));
  if (tryCall(() => retryIf.shouldRetry(mistake)) === true) {
    find(
      'retries-programming-errors',
      'retryIf',
      'every TypeError is retried, even one from a programming mistake; name the errors to retry with retryIf',
    );
  }
  if (options.breaker !== undefined) {
    let longest = 0;
    for (let after = 1; after < attempts && longest < time; after += 1)
      longest += Math.max(...delaysAfter(after, wait));
    // 1000 attempts stand for an unlimited number.
    findings.push(...breakerFindings(options.breaker, Math.min(attempts === 1000 ? Infinity : longest, time)));
  }
  return findings;
}
