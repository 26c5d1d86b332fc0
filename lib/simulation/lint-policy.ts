import { isThenable } from '../base/thenable.js';
import type { RetryOptions } from '../engine/options.js';
import { policyOf } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import { breakerFindings } from '../breaker/lint.js';
import { RetryCallState } from '../call/call-state.js';
import { partsOf, traitOf, type Strategy } from '../strategies/strategy.js';
import type { WaitStrategy } from '../strategies/wait-strategy.js';
import { canStop, least } from './bounds.js';
import { NOBODY, optionsOf } from './given.js';

/** Something in a policy that is probably a mistake. */
export interface LintFinding {
  /** A stable code, to switch on or to ignore. */
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
  /** The option that it is about. */
  readonly option: keyof RetryOptions;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** Whether a growing wait is bounded as one in seconds would be: `{ initial: 1, max: 60 }`. */
function looksLikeSeconds(part: Strategy): boolean {
  const { declaration, given = [] } = part.source ?? {};
  const [named = {}] = given as [Readonly<Record<string, number>>?];
  const { max = Infinity } = named;
  if (traitOf(part, 'grows') !== true || max > 300) return false;
  const durations = Object.keys(named).filter((key) => declaration?.options?.[key]?.type.endsWith('uration'));
  return max > 0 && (durations.length === 1 || durations.some((key) => (named[key] as number) <= 10));
}

/** A call whose attempt has failed, with one random number for all of its jitter. */
function failedState(retrying: Retrying, attemptNumber: number, error: Error, random = 0): RetryCallState {
  const state = new RetryCallState(retrying, NOBODY, 0, () => random);
  state.attemptNumber = attemptNumber;
  state.outcome = { attemptNumber, failed: true, error };
  return state;
}

/** What a part answers at once; `undefined` where it throws, as one that is at home with one kind of error may. */
function ask<A>(question: () => A): A | undefined {
  try {
    const answer = question();
    // What comes later is not waited for, and nobody else would handle its failure.
    if (isThenable(answer)) void answer.then(undefined, () => undefined);
    return answer;
  } catch {
    return undefined;
  }
}

/**
 * Looks for what is dangerous or useless in a policy: no stop, no wait, no jitter, an attempt timeout above the deadline, a
 * cap that is never reached, programming errors that are retried, a wait longer than the stop allows, delays that look like
 * seconds, a breaker whose break lasts longer than the retries, and a breaker that several hosts share. Returns an empty
 * list if it finds nothing.
 *
 * @param policy options or a `Retrying`
 * @throws TypeError or RangeError for a wrong option, as `new Retrying` does.
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
  const attempts = Math.min(least(stop, ['attempts']), 1000);
  const time = Math.min(least(stop, ['start', 'end']), deadline);
  /** With jitter at either end. NaN for a wait that answers later, or not at all for a plain error. */
  const delaysAfter = (attemptNumber: number, asked: WaitStrategy): number[] =>
    [0, 1].map((random) =>
      Number(ask(() => asked.delay(failedState(retrying, attemptNumber, new Error('lint'), random)))),
    );
  const first = Math.min(...delaysAfter(1, wait));
  const single = attempts <= 1;

  const parts = [...partsOf(wait)];
  const jittered = parts.some((part) => traitOf(part, 'jittered') === true);
  if (!single && !jittered) {
    if ([1, 4].flatMap((after) => delaysAfter(after, wait)).every((delay) => delay === 0)) {
      find('no-wait', 'wait', 'failures are retried at once, which a struggling server feels most; name a wait');
    } else if (parts.every(({ source }) => source?.declaration !== undefined)) {
      find(
        'no-jitter',
        'wait',
        'callers that fail together come back together; add .withJitter(0.5) or use wait.exponentialJitter',
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
    // At its most the delay stays under the cap, after the first attempt and after the last that is followed by another.
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
  if (ask(() => retryIf.shouldRetry(mistake)) === true) {
    find(
      'retries-programming-errors',
      'retryIf',
      'a TypeError is retried, a typing mistake too; name what is worth it with retryIf',
    );
  }
  if (options.breaker !== undefined) {
    let longest = 0;
    for (let after = 1; after < attempts && longest < time; after += 1)
      longest += Math.max(...delaysAfter(after, wait));
    // 1000 stands for any number of attempts.
    findings.push(...breakerFindings(options.breaker, Math.min(attempts === 1000 ? Infinity : longest, time)));
  }
  return findings;
}
