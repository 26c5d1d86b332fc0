import { isError } from '../base/is-error.js';
import { neverAborts } from '../engine/attempt.js';
import type { RetryOptions } from '../engine/options.js';
import { RetryError } from '../engine/errors.js';
import { Retrying } from '../engine/retrying.js';
import type { Outcome } from '../call/outcome.js';
import { VirtualTime } from './virtual-time.js';

/** How one attempt of a simulated call ended: an Error fails, anything else is a value. */
export type SimulatedOutcome = (attemptNumber: number, random: () => number) => unknown;

/** One attempt on the timeline. Milliseconds since the call began. */
export interface TimelineEntry {
  /** From 1. */
  readonly attemptNumber: number;
  /** When the attempt began. */
  readonly start: number;
  /** When it ended. */
  readonly end: number;
  /** How long the policy waited after it; 0 after the last. */
  readonly wait: number;
  /** How it ended. */
  readonly outcome: Outcome;
}

/** One simulated call. */
export interface Run {
  readonly timeline: readonly TimelineEntry[];
  /** Milliseconds slept; `Infinity` when the call would not have come to an end. */
  readonly totalWait: number;
  /** Attempts made; `Infinity` likewise. */
  readonly attempts: number;
}

/**
 * The deciding parts of a policy; what belongs to a real call (hooks, clock, budget) is left out. Nobody aborts a simulated
 * call, but with a signal an AbortError counts as the caller's.
 */
function decisive({
  stop,
  wait,
  retryIf,
  attemptTimeout,
  deadline,
  enabled,
  name,
  signal: given,
}: RetryOptions<any>): RetryOptions<any> {
  const signal = given === undefined ? undefined : neverAborts();
  return { stop, wait, retryIf, attemptTimeout, deadline, enabled, name, signal };
}

/** Makes one call with the real engine on its own time. The call is cut off after `most` attempts. */
export async function run(
  options: RetryOptions<any>,
  time: VirtualTime,
  random: () => number,
  outcomeOf: SimulatedOutcome,
  durationOf: (attemptNumber: number, random: () => number) => number,
  most: number,
): Promise<Run> {
  type Entry = { -readonly [K in keyof TimelineEntry]: TimelineEntry[K] };
  const timeline: Entry[] = [];
  const retrying = new Retrying(
    {
      ...decisive(options),
      clock: time,
      random,
      beforeSleep: ({ upcomingSleep }) => {
        (timeline.at(-1) as Entry).wait = upcomingSleep;
      },
    },
    { quiet: true, simulated: true },
  );
  const call = retrying.run(async ({ number, signal }) => {
    if (number > most) time.end();
    const start = time.now();
    const end = (outcome: Outcome): void => {
      timeline.push({ attemptNumber: number, start, end: time.now(), wait: 0, outcome });
    };
    try {
      const duration = durationOf(number, random);
      if (duration > 0 && !time.ended) await time.sleep(duration, signal);
      const value = outcomeOf(number, random);
      if (isError(value)) throw value;
      end({ attemptNumber: number, failed: false, value });
      return value;
    } catch (error) {
      end({ attemptNumber: number, failed: true, error });
      throw error;
    }
  });
  // A call that fails is an answer here; a policy that is at fault is not.
  const failure: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (time.ended) return { timeline: timeline.slice(0, most), totalWait: Infinity, attempts: Infinity };
  const { error } = (timeline.at(-1) as Entry).outcome as { readonly error?: unknown };
  if (failure !== error && !(failure instanceof RetryError)) throw failure;
  return { timeline, totalWait: retrying.totals.idleFor, attempts: timeline.length };
}
