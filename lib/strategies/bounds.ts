import type { WayOn } from './declaration.js';
import type { StopStrategy } from './stop-strategy.js';
import { partsOf, traitOf, type Source, type Strategy } from './strategy.js';

/** Whether a strategy is the user's own, so that nothing is known about what it returns. */
const isOpaque = (part: Strategy): boolean =>
  part.source?.declaration === undefined || traitOf(part, 'opaque') === true;

/** Whether a strategy and all its parts are tenax's own, so that it is known what they return. */
export const isOwn = (strategy: Strategy): boolean => !Array.from(partsOf(strategy)).some(isOpaque);

/** The parts of a stop that combines others. */
const membersOf = (stop: StopStrategy): readonly StopStrategy[] => (stop.source as Source).args as StopStrategy[];

const ALWAYS: WayOn = { attempts: Infinity, start: Infinity, end: Infinity };

/**
 * The conditions under which a single stop lets the call continue: one of them has to hold. A stop of the user's counts as
 * one that never stops.
 */
const ownWays = (stop: StopStrategy): readonly WayOn[] =>
  (traitOf(stop, 'ways') ?? [{}]).map((way) => ({ ...ALWAYS, ...way }));

/** Whether a stop can ever stop. A stop of the user's counts as one that can. */
export function canStop(stop: StopStrategy): boolean {
  const combines = traitOf(stop, 'combines');
  if (combines !== undefined) return membersOf(stop)[combines === 'any' ? 'some' : 'every'](canStop);
  return isOpaque(stop) || ownWays(stop).every((way) => Object.values(way).some((limit) => limit < Infinity));
}

/** The largest number of attempts that a part of a stop names; 0 if no part names one. */
export const attemptsNamed = (stop: StopStrategy): number =>
  Math.max(
    0,
    ...Array.from(partsOf(stop))
      .flatMap((part) => ownWays(part as StopStrategy))
      .map(({ attempts }) => attempts)
      .filter((attempts) => attempts < Infinity),
  );

/** The smallest of these limits in a stop; `Infinity` for `stop.all`, where a single part decides nothing. */
export function smallestLimit(stop: StopStrategy, limits: readonly (keyof WayOn)[]): number {
  if (traitOf(stop, 'combines') === 'any')
    return Math.min(...membersOf(stop).map((member) => smallestLimit(member, limits)));
  // `stop.all` has no ways of its own.
  return Math.min(...ownWays(stop).flatMap((way) => limits.map((limit) => way[limit])));
}

const both = (one: WayOn, other: WayOn): WayOn => ({
  attempts: Math.min(one.attempts, other.attempts),
  start: Math.min(one.start, other.start),
  end: Math.min(one.end, other.end),
});

/** The conditions under which a stop lets the call continue: one of them has to hold. */
export function waysOn(stop: StopStrategy): readonly WayOn[] {
  const combines = traitOf(stop, 'combines');
  if (combines === undefined) return ownWays(stop);
  const members = membersOf(stop).map(waysOn);
  if (combines === 'all') return members.flat();
  return members.reduce((ways, more) => ways.flatMap((way) => more.map((other) => both(way, other))));
}
