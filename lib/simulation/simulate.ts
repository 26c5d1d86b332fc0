import { checkDuration, checkKeys, checkWhole, formatValue } from '../base/check.js';
import { nextTurn } from '../base/clock.js';
import { seededRandom } from '../base/random.js';
import type { RetryOptions } from '../engine/options.js';
import { policyOf } from '../engine/policy.js';
import type { Retrying } from '../engine/retrying.js';
import type { Outcome } from '../call/outcome.js';
import { attemptsNamed, canStop, isOwn } from './bounds.js';
import { BELOW_ONE, draws } from './delays.js';
import { distributionOf, type Distribution } from './distribution.js';
import { optionsOf } from './given.js';
import { run, type Run, type SimulatedOutcome, type TimelineEntry } from './run.js';
import { VirtualTime } from './virtual-time.js';
import { longestWait } from './worst-case.js';

/** What is simulated. */
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

/** What a policy would do. */
export interface Simulation {
  /** The attempts of the first run. */
  readonly timeline: readonly TimelineEntry[];
  /** How long a call sleeps in all, in milliseconds. */
  readonly totalWait: Distribution;
  /** How long each run sleeps in all, in milliseconds. */
  readonly totalWaits: readonly number[];
  /** Attempts made in a call. */
  readonly attempts: Distribution;
  /**
   * The longest total wait if every attempt fails, in milliseconds; `Infinity` if the call never ends. No run waits longer,
   * whatever its jitter, and some runs may come close to it. With `wait.decorrelatedJitter` under `stop.afterDelay`, and if
   * outcomes differ in their waits, it may be somewhat longer than any run. With your own functions or classes (stop, wait,
   * attemptDuration) it is an estimate.
   */
  readonly worstCase: number;
}

/** A call that makes more attempts than this, and names no number, is taken for endless. */
const ENDLESS = 10_000;
/** Of a policy that certainly never stops fewer are enough. */
const ENDLESS_FOR_SURE = 1000;

/** Of the ways in which attempts fail no more than these are looked at. */
const FAILURES = 10;

/** Lets all calls make their steps at once: a turn of the event loop serves them all, however many they are. */
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

/** How an attempt may fail: as it did in the runs, a value that was tried again included, or with a plain error. */
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
 * Shows what a policy will do: it runs the real engine on virtual time. Hooks do not run, and clock, signal, budget and the
 * handling of the last error do not count.
 *
 * @param policy options or a `Retrying`
 * @throws TypeError or RangeError (as a rejection) for a wrong option, naming it and what it takes; PolicyError when a
 *   strategy throws.
 */
export async function simulate(policy: RetryOptions<any> | Retrying, options: SimulateOptions): Promise<Simulation> {
  checkKeys('simulate', options, ['outcomes', 'attemptDuration', 'runs', 'seed']);
  const { outcomes, attemptDuration = 0, seed = 1 } = options;
  if (typeof outcomes !== 'function' && !(Array.isArray(outcomes) && outcomes.length > 0)) {
    throw new TypeError(
      `simulate: outcomes takes a list that is not empty, or a function, got ${formatValue(outcomes)}`,
    );
  }
  const runs = checkWhole('simulate: runs', options.runs ?? 1000, 1);
  checkWhole('simulate: seed', seed);
  if (typeof attemptDuration !== 'function') checkDuration('simulate: attemptDuration', attemptDuration);
  const askedDuration = (attemptNumber: number, random: () => number): number =>
    typeof attemptDuration === 'function'
      ? checkDuration(
          'simulate: attemptDuration',
          attemptDuration(attemptNumber, () => Math.min(random(), BELOW_ONE)),
        )
      : attemptDuration;
  const faults: unknown[] = [];
  const durationOf = (attemptNumber: number, random: () => number): number => {
    try {
      return askedDuration(attemptNumber, random);
    } catch (error) {
      // Thrown within the attempt it would be one more failure.
      faults.push(error);
      return 0;
    }
  };
  const given = optionsOf(policy);
  const compiled = policyOf(given, { simulated: true });
  const { stop, deadline } = compiled;

  const bounded = canStop(stop) || deadline < Infinity;
  const most = Math.max(bounded ? ENDLESS : ENDLESS_FOR_SURE, attemptsNamed(stop) + 1);
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
  /** With jitter at its ends and at random. */
  const tried = async (): Promise<number> => {
    const found = [...totalWaits];
    for (const outcome of found.includes(Infinity) ? [] : failures) {
      const failing = (count: number, randomOf: (i: number) => () => number): Promise<Run[]> =>
        calls(count, randomOf, () => {
          if (outcome.failed) throw outcome.error;
          return outcome.value;
        });
      const ends = await failing(20, (i) => (i < 2 ? () => i * BELOW_ONE : anyRandom));
      // What jitter adds is at most what it comes to at 1, which no random number is: a function of the user's may fail.
      const approached = await failing(1, () => () => 1).catch(() => []);
      found.push(...[...ends, ...approached].map(({ totalWait }) => totalWait));
    }
    return Math.max(...found);
  };
  // Nobody knows when a stop of the user's stops; asked beyond that, another part of the policy may fail.
  const longest = isOwn(stop) ? await bound() : Math.min(await tried(), await bound().catch(() => Infinity));
  return {
    timeline,
    totalWait: distributionOf(totalWaits),
    totalWaits,
    attempts: distributionOf(ended.map(({ attempts }) => attempts)),
    // A function of the user's may have done in a run what it did not do when it was asked.
    worstCase: Math.max(longest, ...totalWaits.filter(Number.isFinite)),
  };
}
