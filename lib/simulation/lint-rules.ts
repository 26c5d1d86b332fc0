import { ignoreRejection } from '../base/thenable.js';
import { breakerFindings } from '../breaker/lint.js';
import { RetryCallState } from '../call/call-state.js';
import type { RetryOptions } from '../engine/options.js';
import type { Policy } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import { partsOf, traitOf, type Source, type Strategy } from '../strategies/strategy.js';
import type { WaitStrategy } from '../strategies/wait-strategy.js';
import { canStop, smallestLimit } from '../strategies/bounds.js';
import type { LintFinding } from './lint-finding.js';
import { SIMULATED } from './simulated-call.js';

/** That many attempts stand for an unlimited number. */
const MANY = 1000;

/** What the rules ask about a policy. */
class Facts {
  readonly policy: Policy;
  /** The wait and all waits that it is made of. */
  readonly waits: readonly Strategy[];
  /** The attempts that the policy allows, at most {@link MANY}. */
  readonly attempts: number;
  /** The milliseconds that it allows. */
  readonly time: number;
  readonly #retrying: Retrying;

  constructor(readonly options: RetryOptions<any>) {
    this.#retrying = new Retrying(options, { quiet: true });
    this.policy = this.#retrying.policy;
    const { stop, wait, deadline } = this.policy;
    this.waits = [...partsOf(wait)];
    this.attempts = Math.min(smallestLimit(stop, ['attempts']), MANY);
    this.time = Math.min(smallestLimit(stop, ['start', 'end']), deadline);
  }

  /** The state of a call whose attempt has failed. All its random numbers are `random`. */
  failedState(attemptNumber: number, error: Error, random = 0): RetryCallState {
    const state = new RetryCallState(this.#retrying, SIMULATED, 0, () => random);
    state.attemptNumber = attemptNumber;
    state.outcome = { attemptNumber, failed: true, error };
    return state;
  }

  /** The delays without jitter and with most jitter. NaN for a wait that is asynchronous or throws for a plain Error. */
  delaysAfter(attemptNumber: number, wait: WaitStrategy = this.policy.wait): number[] {
    return [0, 1].map((random) =>
      Number(tryCall(() => wait.delay(this.failedState(attemptNumber, new Error('lint'), random)))),
    );
  }
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

/** What one rule finds, if anything. */
type Rule = (facts: Facts) => readonly LintFinding[];

const stops: Rule = ({ policy: { stop, deadline } }) =>
  canStop(stop) || deadline !== Infinity
    ? []
    : [
        {
          code: 'no-stop',
          option: 'stop',
          message: 'the call never gives up; name stop.afterAttempt(n) or a deadline',
        },
      ];

const waits: Rule = (facts) => {
  const { attempts, waits: parts } = facts;
  if (attempts <= 1 || parts.some((part) => traitOf(part, 'jittered') === true)) return [];
  if ([1, 4].flatMap((after) => facts.delaysAfter(after)).every((delay) => delay === 0)) {
    const message = 'failures are retried at once, which can overload a struggling server; name a wait';
    return [{ code: 'no-wait', option: 'wait', message }];
  }
  // What a function of the user returns may be spread.
  if (parts.some(({ source }) => source?.declaration === undefined)) return [];
  const message = 'calls that fail together are retried together; add .withJitter(0.5) or use wait.exponentialJitter';
  return [{ code: 'no-jitter', option: 'wait', message }];
};

const attemptTimeout: Rule = ({ policy: { attemptTimeout: ms, deadline } }) =>
  ms === Infinity || ms <= deadline
    ? []
    : [
        {
          code: 'attempt-timeout-over-deadline',
          option: 'attemptTimeout',
          message: `an attempt may take ${ms} ms, the whole call only ${deadline} ms`,
        },
      ];

const firstWait: Rule = (facts) => {
  const { time } = facts;
  const first = Math.min(...facts.delaysAfter(1));
  if (!(first > time)) return [];
  const message = `the first wait is ${first} ms, longer than the ${time} ms that the call may take`;
  return [{ code: 'wait-over-stop', option: 'wait', message }];
};

const caps: Rule = (facts) => {
  const { attempts } = facts;
  if (attempts === MANY) return [];
  return facts.waits
    .filter((part) => traitOf(part, 'grows') === true)
    .flatMap((part) => {
      const [{ max = Infinity } = {}] = part.source?.args as readonly [{ readonly max?: number }?];
      // The longest delays after the first attempt and before the last attempt.
      const most = Math.max(...[1, attempts - 1].flatMap((after) => facts.delaysAfter(after, part as WaitStrategy)));
      if (max === Infinity || !(most < max)) return [];
      const message = `max: ${max} is never reached within ${attempts} attempts`;
      return [{ code: 'cap-never-reached', option: 'wait', message }];
    });
};

const units: Rule = (facts) => {
  const part = facts.waits.find(looksLikeSeconds);
  if (part === undefined) return [];
  const message = `${String(part)} reads like seconds; durations are milliseconds`;
  return [{ code: 'looks-like-seconds', option: 'wait', message }];
};

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

const programmingErrors: Rule = (facts) => {
  if (facts.attempts <= 1) return [];
  const mistake = facts.failedState(1, new TypeError('x is not a function'));
  if (tryCall(() => facts.policy.retryIf.shouldRetry(mistake)) !== true) return [];
  const message =
    'every TypeError is retried, even one from a programming mistake; name the errors to retry with retryIf';
  return [{ code: 'retries-programming-errors', option: 'retryIf', message }];
};

const breaker: Rule = (facts) => {
  const { attempts, time, options } = facts;
  if (options.breaker === undefined) return [];
  let longest = 0;
  for (let after = 1; after < attempts && longest < time; after += 1) longest += Math.max(...facts.delaysAfter(after));
  return breakerFindings(options.breaker, Math.min(attempts === MANY ? Infinity : longest, time));
};

const RULES = [stops, waits, attemptTimeout, firstWait, caps, units, programmingErrors, breaker];

/** What the rules find in a policy that is in use. */
export function findingsOf(options: RetryOptions<any>): LintFinding[] {
  const facts = new Facts(options);
  return facts.policy.enabled ? RULES.flatMap((rule) => rule(facts)) : [];
}
