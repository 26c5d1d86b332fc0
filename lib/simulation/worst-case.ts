import { AttemptTimeoutError } from '../engine/errors.js';
import type { Policy } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { partsOf, type Source } from '../strategies/strategy.js';
import { attemptsNamed, isOwn, waysOn } from '../strategies/bounds.js';
import { delaysOf, type StateFor, type Range } from './delays.js';
import { SIMULATED } from './simulated-call.js';

const isTimeout = (outcome: Outcome): boolean => outcome.failed && outcome.error instanceof AttemptTimeoutError;

/**
 * The longest total wait of a policy in milliseconds, whatever its jitter. A stop of the user's counts as one that never
 * stops.
 *
 * After each attempt, the total wait of a call lies between a least and a most. The call with the least total continues
 * wherever any call does. If a stop depends on the time, a call continues only while its total is below that time, and then
 * may wait once more as long as possible. The result is slightly too large only if a delay depends on the one before
 * (`wait.decorrelatedJitter` under `stop.afterDelay`), or if the delays of several outcomes leave a gap between them.
 *
 * @param outcomes The ways in which an attempt may fail.
 * @param durationOf The shortest duration of an attempt.
 * @param mostAttempts A call with more attempts counts as endless.
 */
export async function longestWait(
  policy: Policy,
  outcomes: readonly Outcome[],
  durationOf: (attemptNumber: number) => number,
  mostAttempts: number,
  random: () => number,
): Promise<number> {
  const { stop, wait, deadline, attemptTimeout, enabled } = policy;
  if (!enabled) return 0;
  const retrying = new Retrying({}, { quiet: true, simulated: true });
  const ways = waysOn(stop);
  /** After this many attempts, delays no longer depend on the attempt's number; unknown for a wait of the user's. */
  const counted = isOwn(wait)
    ? Math.max(attemptsNamed(stop), ...Array.from(partsOf(wait), (part) => (part.source as Source).args.length))
    : Infinity;
  /** The latest moment at which a sleep may begin. */
  const latest = Math.max(...ways.map(({ start, end }) => Math.min(start, end, deadline)));
  // Only the user's stop can end the call, and it is not known when.
  if (!isOwn(stop) && ways.some((way) => Math.min(way.attempts, way.start, way.end, deadline) === Infinity))
    return Infinity;
  let total: Range = { least: 0, most: 0 };
  let last: Range = { least: 0, most: 0 };
  let longest = 0;
  /** The time of the call with the shortest delays. */
  let now = 0;
  /** The part of that time that its attempts took. */
  let worked = 0;

  /** The shortest and longest delay after an attempt with any of the outcomes; undefined if none of them is retried. */
  async function delaysAfter(attemptNumber: number, among: readonly Outcome[]): Promise<Range | undefined> {
    const ranges: Range[] = [];
    for (const outcome of among) {
      const stateFor: StateFor = (numbers, which) =>
        Object.assign(new RetryCallState(retrying, SIMULATED, 0, numbers), {
          attemptNumber,
          outcome: { ...outcome, attemptNumber },
          ended: now,
          idleFor: total.least,
          upcomingSleep: last[which],
        });
      const delays = await delaysOf(policy, stateFor, random);
      if (delays !== undefined) ranges.push(delays);
    }
    if (ranges.length === 0) return undefined;
    return {
      least: Math.min(...ranges.map(({ least }) => least)),
      most: Math.max(...ranges.map(({ most }) => most)),
    };
  }

  for (let attemptNumber = 1; ; attemptNumber += 1) {
    const duration = durationOf(attemptNumber);
    now += Math.min(duration, attemptTimeout);
    worked += Math.min(duration, attemptTimeout);
    const among = duration > attemptTimeout ? outcomes.filter(isTimeout) : outcomes;
    const delays = await delaysAfter(attemptNumber, among);
    if (delays === undefined) return longest;
    const open = ways.filter(({ attempts, start, end }) => {
      const wakes = now + delays.least;
      return attemptNumber < attempts && now < Math.min(start, deadline) && wakes < end && wakes <= deadline;
    });
    if (open.length === 0) return longest;
    const afterSleep = (before: number, delay: number): number =>
      Math.max(
        ...open.map(({ start, end }) =>
          Math.min(before + delay, start - worked + delay, Math.min(end, deadline) - worked),
        ),
      );
    /** Whether a time limit will end the call. */
    const timed = open.every(({ start, end }) => Math.min(start, end, deadline) < Infinity);
    const before = total;
    const least = before.least + delays.least;
    // Rounding must not make the longest total shorter than the shortest.
    total = { least, most: Math.max(least, afterSleep(before.most, delays.most)) };
    longest = Math.max(longest, total.most);
    // A call that sleeps once more has waited less than the time limit.
    const atMost = Math.min(delays.most, total.most - before.least, latest - worked - before.least);
    last = { least: delays.least, most: Math.max(delays.least, atMost) };
    now += delays.least;

    const settled = timed && attemptNumber > counted && total.most === before.most;
    if (!settled && attemptNumber < mostAttempts) continue;
    const later = (counted < Infinity ? await delaysAfter(Number.MAX_VALUE, among) : undefined) ?? delays;
    // A wait that grows up to the largest number is unbounded.
    const most = later.most < Number.MAX_VALUE ? Math.max(delays.most, later.most) : Infinity;
    // The time limit is reached, and no later sleep is longer.
    if (settled && most === delays.most) return longest;
    if (attemptNumber < mostAttempts) continue;
    // Calls that continue get arbitrarily close to their time limit, if they sleep at all.
    return Math.max(longest, afterSleep(timed && most === 0 ? total.most : Infinity, most));
  }
}
