import { AttemptTimeoutError } from '../engine/errors.js';
import type { Policy } from '../engine/policy.js';
import { Retrying } from '../engine/retrying.js';
import { RetryCallState } from '../call/call-state.js';
import type { Outcome } from '../call/outcome.js';
import { partsOf, type Source } from '../strategies/strategy.js';
import { attemptsNamed, isOwn, waysOn } from './bounds.js';
import { delaysOf, type Asked, type Range } from './delays.js';
import { NOBODY } from './given.js';

const isTimeout = (outcome: Outcome): boolean => outcome.failed && outcome.error instanceof AttemptTimeoutError;

/**
 * The longest that a policy can wait in all, whatever its jitter comes to; a stop of the user's is taken for one that never
 * stops.
 *
 * What a call has waited after each attempt is anything from a least to a most. The call that has waited the least goes on
 * wherever another does; of the others, where a stop looks at the time, those that have waited less than that, and each may
 * wait its longest once more. This is a little too much only where a delay depends on the one before
 * (`wait.decorrelatedJitter` under `stop.afterDelay`) or where those of several outcomes leave a gap between them.
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
  /** The attempts that a part of the policy counts: after these its delays are all of a kind. Of the user's nobody knows. */
  const counted = isOwn(wait)
    ? Math.max(attemptsNamed(stop), ...Array.from(partsOf(wait), (part) => (part.source as Source).args.length))
    : Infinity;
  /** When the latest sleep may begin. */
  const latest = Math.max(...ways.map(({ start, end }) => Math.min(start, end, deadline)));
  // Only the user's stop ends it, and nobody knows when.
  if (!isOwn(stop) && ways.some((way) => Math.min(way.attempts, way.start, way.end, deadline) === Infinity))
    return Infinity;
  let total: Range = { least: 0, most: 0 };
  let last: Range = { least: 0, most: 0 };
  let longest = 0;
  /** The time of the call that waits the least, and how much of it the attempts took. */
  let now = 0;
  let worked = 0;

  /** What may be slept after such an attempt, whichever of the outcomes it had. */
  async function delaysAfter(attemptNumber: number, among: readonly Outcome[]): Promise<Range | undefined> {
    const ranges: Range[] = [];
    for (const outcome of among) {
      const asked: Asked = (numbers, which) =>
        Object.assign(new RetryCallState(retrying, NOBODY, 0, numbers), {
          attemptNumber,
          outcome: { ...outcome, attemptNumber },
          ended: now,
          idleFor: total.least,
          upcomingSleep: last[which],
        });
      const delays = await delaysOf(policy, asked, random);
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
    /** Whether the time ends it at last. */
    const timed = open.every(({ start, end }) => Math.min(start, end, deadline) < Infinity);
    const before = total;
    const least = before.least + delays.least;
    // A sum is not less for being rounded another way.
    total = { least, most: Math.max(least, afterSleep(before.most, delays.most)) };
    longest = Math.max(longest, total.most);
    // Who sleeps again has waited less than the time allows.
    const atMost = Math.min(delays.most, total.most - before.least, latest - worked - before.least);
    last = { least: delays.least, most: Math.max(delays.least, atMost) };
    now += delays.least;

    const settled = timed && attemptNumber > counted && total.most === before.most;
    if (!settled && attemptNumber < mostAttempts) continue;
    const later = (counted < Infinity ? await delaysAfter(Number.MAX_VALUE, among) : undefined) ?? delays;
    // A wait that grows until numbers end has no bound.
    const most = later.most < Number.MAX_VALUE ? Math.max(delays.most, later.most) : Infinity;
    // The time is used up, and longer sleeps do not come.
    if (settled && most === delays.most) return longest;
    if (attemptNumber < mostAttempts) continue;
    // Calls that go on even then come as near to the end of their time as one likes, if they sleep at all.
    return Math.max(longest, afterSleep(timed && most === 0 ? total.most : Infinity, most));
  }
}
