import { isError } from '../base/is-error.js';
import { neverAborts } from '../engine/attempt.js';
import type { RetryOptions } from '../engine/options.js';
import { RetryError } from '../engine/errors.js';
import { Retrying } from '../engine/retrying.js';
import type { Outcome } from '../call/outcome.js';
import { VirtualTime } from './virtual-time.js';

/** Returns how an attempt of a simulated call ends: an Error is a failure, anything else is a value. */
export type SimulatedOutcome = (attemptNumber: number, random: () => number) => unknown;

/** One attempt on the timeline. Times in milliseconds since the call began. */
export interface TimelineEntry {
  /** The number of the attempt, from 1. */
  readonly attemptNumber: number;
  /** When the attempt began. */
  readonly start: number;
  /** When it ended. */
  readonly end: number;
  /** How long the policy waited after the attempt; 0 after the last one. */
  readonly wait: number;
  /** How it ended. */
  readonly outcome: Outcome;
}

/** One simulated call. */
export interface Run {
  readonly timeline: readonly TimelineEntry[];
  /** Milliseconds slept; `Infinity` if the call was cut off. */
  readonly totalWait: number;
  /** Attempts made; `Infinity` if the call was cut off. */
  readonly attempts: number;
}

/** Whether each option affects decisions. The others are about a real call, as hooks, clock and budget are. */
const DECIDES: Readonly<Record<keyof RetryOptions, boolean>> = {
  stop: true,
  wait: true,
  retryIf: true,
  before: false,
  after: false,
  beforeSleep: false,
  onSuccess: false,
  onGiveUp: false,
  reraise: false,
  retryErrorClass: false,
  retryErrorCallback: false,
  sleep: false,
  clock: false,
  signal: true,
  attemptTimeout: true,
  deadline: true,
  budget: false,
  limiter: false,
  breaker: false,
  fallback: false,
  priority: false,
  maxWait: false,
  name: true,
  enabled: true,
  random: false,
};

const DECIDING = (Object.keys(DECIDES) as (keyof RetryOptions)[]).filter((name) => DECIDES[name]);

/** A simulated call is never aborted, but a policy with a signal treats an AbortError as the caller's. */
function decidingOptions(options: RetryOptions<any>): RetryOptions<any> {
  const signal = options.signal === undefined ? undefined : neverAborts();
  return { ...Object.fromEntries(DECIDING.map((name) => [name, options[name]])), signal };
}

/** Makes one call with the real engine on virtual time. The call is cut off after `most` attempts. */
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
      ...decidingOptions(options),
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
  // A call that fails is a result of the simulation. An error of the policy itself is thrown.
  const failure: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (time.ended) return { timeline: timeline.slice(0, most), totalWait: Infinity, attempts: Infinity };
  const { error } = (timeline.at(-1) as Entry).outcome as { readonly error?: unknown };
  if (failure !== error && !(failure instanceof RetryError)) throw failure;
  return { timeline, totalWait: retrying.totals.idleFor, attempts: timeline.length };
}
