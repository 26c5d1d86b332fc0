import { checkDuration, checkKeys, checkWhole, formatValue } from '../base/check.js';
import { nextTurn } from '../base/clock.js';
import { seededRandom } from '../base/random.js';
import type { RetryOptions } from '../engine/options.js';
import { policyOf } from '../engine/policy.js';
import type { Retrying } from '../engine/retrying.js';
import type { Outcome } from '../call/outcome.js';
import { isOwn } from '../strategies/bounds.js';
import { LARGEST_RANDOM, draws } from './delays.js';
import { distributionOf, type Distribution } from './distribution.js';
import { endlessFrom, optionsOf } from './simulated-call.js';
import { run, type Run, type SimulatedOutcome, type TimelineEntry } from './run.js';
import { VirtualTime } from './virtual-time.js';
import { longestWait } from './worst-case.js';

/** Options of `simulate`. */
export interface SimulateOptions {
  /**
   * How the attempts end: a list, whose last entry repeats, or a function. An Error is a failure, anything else is a value.
   * A function may also throw.
   */
  readonly outcomes: readonly unknown[] | SimulatedOutcome;
  /** The duration of an attempt in milliseconds, or a function of the attempt's number, from 1. Default 0. */
  readonly attemptDuration?: number | ((attemptNumber: number, random: () => number) => number) | undefined;
  /** The number of simulated calls. Default 1000. */
  readonly runs?: number | undefined;
  /** The same seed gives the same runs. Default 1. */
  readonly seed?: number | undefined;
}

/** The result of `simulate`: what a policy would do. */
export interface Simulation {
  /** The attempts of the first run. */
  readonly timeline: readonly TimelineEntry[];
  /** How long a call sleeps in total, in milliseconds. */
  readonly totalWait: Distribution;
  /** How long each run sleeps in total, in milliseconds. */
  readonly totalWaits: readonly number[];
  /** The number of attempts of a call. */
  readonly attempts: Distribution;
  /**
   * The longest total wait if every attempt fails, in milliseconds; `Infinity` if the call never ends. No run waits longer,
   * whatever its jitter, and some runs may come close to it. With `wait.decorrelatedJitter` under `stop.afterDelay`, and if
   * outcomes differ in their waits, it may be somewhat longer than any run. With your own functions or classes (stop, wait,
   * attemptDuration) it is an estimate.
   */
  readonly worstCase: number;
}

/** The worst case is computed for at most this many different failures. */
const FAILURES = 10;

/** Advances all calls together: one turn of the event loop for a step of each of them. */
async function together(times: readonly VirtualTime[], runs: readonly Promise<Run>[]): Promise<Run[]> {
  let busy = true;
  const all = Promise.all(runs).finally(() => {
    busy = false;
  });
  all.catch(() => undefined);
  await nextTurn();
  while (busy) {
    for (const time of times) time.step();
    await nextTurn();
  }
  return all;
}

const asFunction = (outcomes: SimulateOptions['outcomes']): SimulatedOutcome =>
  typeof outcomes === 'function' ? outcomes : (attemptNumber) => outcomes[Math.min(attemptNumber, outcomes.length) - 1];

/** The ways in which an attempt may fail: a plain Error, and the errors and retried values of the runs. */
function failuresOf(runs: readonly Run[]): Outcome[] {
  const error = new Error('simulated');
  const found = new Map<unknown, Outcome>([[error, { attemptNumber: 1, failed: true, error }]]);
  for (const { timeline } of runs) {
    for (const { attemptNumber, outcome } of timeline) {
      if (found.size === FAILURES) return [...found.values()];
      if (outcome.failed) found.set(outcome.error, outcome);
      else if (attemptNumber < timeline.length) found.set(outcome.value, outcome);
    }
  }
  return [...found.values()];
}

/**
 * Shows what a policy will do. It runs the real engine on virtual time. Hooks do not run; the options `clock`, `signal`,
 * `budget`, `limiter`, `breaker` and `fallback` and the handling of the last error have no effect.
 *
 * @param policy Options or a `Retrying`.
 * @throws TypeError or RangeError (as a rejection) that names the option and what it takes; PolicyError when a strategy
 *   throws.
 *
 * @example
 * ```ts
 * import { stop, wait } from 'tenax';
 * import { simulate } from 'tenax/simulation';
 *
 * const policy = { stop: stop.afterAttempt(3), wait: wait.fixed(1000) };
 * const { totalWait, worstCase } = await simulate(policy, { outcomes: [new Error('503')], runs: 10 });
 * console.assert(totalWait.max === 2000 && worstCase === 2000);
 * ```
 */
export async function simulate(policy: RetryOptions<any> | Retrying, options: SimulateOptions): Promise<Simulation> {
  checkKeys('simulate', options, ['outcomes', 'attemptDuration', 'runs', 'seed']);
  const { outcomes, attemptDuration = 0, runs = 1000, seed = 1 } = options;
  if (typeof outcomes !== 'function' && !(Array.isArray(outcomes) && outcomes.length > 0)) {
    throw new TypeError(
      `simulate: outcomes takes a list that is not empty, or a function, got ${formatValue(outcomes)}`,
    );
  }
  checkWhole('simulate: runs', runs, 1);
  checkWhole('simulate: seed', seed);
  if (typeof attemptDuration !== 'function') checkDuration('simulate: attemptDuration', attemptDuration);
  const askedDuration = (attemptNumber: number, random: () => number): number =>
    typeof attemptDuration === 'function'
      ? checkDuration(
          'simulate: attemptDuration',
          attemptDuration(attemptNumber, () => Math.min(random(), LARGEST_RANDOM)),
        )
      : attemptDuration;
  const faults: unknown[] = [];
  const durationOf = (attemptNumber: number, random: () => number): number => {
    try {
      return askedDuration(attemptNumber, random);
    } catch (error) {
      // An error thrown within the attempt would count as a failed attempt.
      faults.push(error);
      return 0;
    }
  };
  const given = optionsOf(policy);
  const compiled = policyOf(given, { simulated: true });
  const { stop } = compiled;
  const most = endlessFrom(compiled);
  const outcomeOf = asFunction(outcomes);
  const calls = async (
    count: number,
    randomOf: (i: number) => () => number,
    outcome: SimulatedOutcome,
  ): Promise<Run[]> => {
    const times = Array.from({ length: count }, () => new VirtualTime());
    const ended = await together(
      times,
      times.map((time, i) => run(given, time, randomOf(i), outcome, durationOf, most)),
    );
    if (faults.length > 0) throw faults[0];
    return ended;
  };

  const ended = await calls(runs, (i) => seededRandom(seed + i * 7919), outcomeOf);
  const timeline = (ended[0] as Run).timeline;

  const totalWaits = ended.map(({ totalWait }) => totalWait);

  const failures = failuresOf(ended);
  const anyRandom = seededRandom(seed);
  const leastDuration = (attemptNumber: number): number =>
    typeof attemptDuration === 'number'
      ? attemptDuration
      : Math.min(...Array.from(draws(anyRandom), (random) => askedDuration(attemptNumber, random)));
  const bound = (): Promise<number> => longestWait(compiled, failures, leastDuration, most, anyRandom);
  /** The longest wait of runs with the least, the most and random jitter. */
  const tried = async (): Promise<number> => {
    const found = [...totalWaits];
    for (const outcome of found.includes(Infinity) ? [] : failures) {
      const failing = (count: number, randomOf: (i: number) => () => number): Promise<Run[]> =>
        calls(count, randomOf, () => {
          if (outcome.failed) throw outcome.error;
          return outcome.value;
        });
      const ends = await failing(20, (i) => (i < 2 ? () => i * LARGEST_RANDOM : anyRandom));
      // Jitter comes arbitrarily close to its value at 1. A function of the user's may fail there.
      const approached = await failing(1, () => () => 1).catch(() => []);
      found.push(...[...ends, ...approached].map(({ totalWait }) => totalWait));
    }
    return Math.max(...found);
  };
  // It is not known when a stop of the user's stops. Beyond that point, other parts of the policy may fail.
  const longest = isOwn(stop) ? await bound() : Math.min(await tried(), await bound().catch(() => Infinity));
  return {
    timeline,
    totalWait: distributionOf(totalWaits),
    totalWaits,
    attempts: distributionOf(ended.map(({ attempts }) => attempts)),
    // In a run, a function of the user's may have returned what it did not return here.
    worstCase: Math.max(longest, ...totalWaits.filter(Number.isFinite)),
  };
}
