import { checkDuration, checkKeys, checkWhole, show } from '../base/check.js';
import { nextTurn } from '../base/clock.js';
import { seededRandom } from '../base/random.js';
import type { RetryOptions } from '../engine/options.js';
import { policyOf } from '../engine/policy.js';
import type { Retrying } from '../engine/retrying.js';
import { attemptsNamed, canStop } from './bounds.js';
import { distributionOf, type Distribution } from './distribution.js';
import { optionsOf } from './given.js';
import { run, type Run, type SimulatedOutcome, type TimelineEntry } from './run.js';
import { VirtualTime } from './virtual-time.js';

/** What is simulated. */
export interface SimulateOptions {
  /**
   * How the attempts end: a list, whose last repeats, or a function. An Error fails, anything else is a value; a function
   * may throw too.
   */
  readonly outcomes: readonly unknown[] | SimulatedOutcome;
  /** Milliseconds that an attempt takes; a function of the attempt's number, from 1. Default 0. */
  readonly attemptDuration?: number | ((attemptNumber: number, random: () => number) => number) | undefined;
  /** How many calls are simulated. Default 1000. */
  readonly runs?: number | undefined;
  /** The same seed gives the same runs. Default 1. */
  readonly seed?: number | undefined;
}

/** What a policy would do. */
export interface Simulation {
  /** The attempts of the first run. */
  readonly timeline: readonly TimelineEntry[];
  /** Milliseconds slept in a call. */
  readonly totalWait: Distribution;
  /** The same, of each run. */
  readonly totalWaits: readonly number[];
  /** Attempts made in a call. */
  readonly attempts: Distribution;
  /** The longest that the policy waits in all when every attempt fails, in milliseconds; `Infinity` when it never ends. */
  readonly worstCase: number;
}

/** A call that makes more attempts than this, and names no number, is taken for endless. */
const ENDLESS = 10_000;
/** Of a policy that certainly never stops fewer are enough. */
const ENDLESS_FOR_SURE = 1000;

/** The largest of the random numbers in [0, 1). */
const BELOW_ONE = 1 - Number.EPSILON / 2;

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

/**
 * Shows what a policy does before it runs: the real engine on virtual time. The user's hooks do not run, and clock,
 * signal, budget and the handling of the last error play no part.
 *
 * @param policy options or a `Retrying`
 * @throws TypeError or RangeError (as a rejection) for a wrong option, naming it and what it takes; PolicyError when a
 *   strategy throws.
 */
export async function simulate(policy: RetryOptions<any> | Retrying, options: SimulateOptions): Promise<Simulation> {
  checkKeys('simulate', options, ['outcomes', 'attemptDuration', 'runs', 'seed']);
  const { outcomes, attemptDuration = 0, seed = 1 } = options;
  if (typeof outcomes !== 'function' && !(Array.isArray(outcomes) && outcomes.length > 0)) {
    throw new TypeError(`simulate: outcomes takes a list that is not empty, or a function, got ${show(outcomes)}`);
  }
  const runs = checkWhole('simulate: runs', options.runs ?? 1000, 1);
  checkWhole('simulate: seed', seed);
  if (typeof attemptDuration !== 'function') checkDuration('simulate: attemptDuration', attemptDuration);
  const faults: unknown[] = [];
  const durationOf = (attemptNumber: number, random: () => number): number => {
    if (typeof attemptDuration !== 'function') return attemptDuration;
    try {
      return checkDuration(
        'simulate: attemptDuration',
        attemptDuration(attemptNumber, () => Math.min(random(), BELOW_ONE)),
      );
    } catch (error) {
      // Thrown within the attempt it would be one more failure.
      faults.push(error);
      return 0;
    }
  };
  const given = optionsOf(policy);
  const { stop, deadline } = policyOf(given);

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

  // Every attempt fails: with the errors that came up, with jitter at its ends and at random.
  const errors = new Set<unknown>([new Error('simulated')]);
  for (const each of ended) {
    for (const { outcome } of each.timeline) if (outcome.failed && errors.size < 10) errors.add(outcome.error);
  }
  const anyRandom = seededRandom(seed);
  let worstCase = Math.max(...ended.map(({ totalWait }) => totalWait));
  for (const error of worstCase === Infinity ? [] : errors) {
    const failing = (count: number, randomOf: (i: number) => () => number): Promise<Run[]> =>
      calls(count, randomOf, () => error);
    const ends = await failing(20, (i) => (i < 2 ? () => i * BELOW_ONE : anyRandom));
    // What jitter adds is at most what it comes to at 1, which no random number is: a function of the user's may fail.
    const bound = await failing(1, () => () => 1).catch(() => []);
    worstCase = Math.max(worstCase, ...[...ends, ...bound].map(({ totalWait }) => totalWait));
  }
  const totalWaits = ended.map(({ totalWait }) => totalWait);
  return {
    timeline,
    totalWait: distributionOf(totalWaits),
    totalWaits,
    attempts: distributionOf(ended.map(({ attempts }) => attempts)),
    worstCase,
  };
}
