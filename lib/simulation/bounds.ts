import type { WayOn } from '../strategies/declaration.js';
import type { StopStrategy } from '../strategies/stop-strategy.js';
import { partsOf, traitOf, type Strategy } from '../strategies/strategy.js';

export type { WayOn } from '../strategies/declaration.js';

/** Whether nothing but its author knows what a strategy returns, or one that it is made of. */
const isOpaque = (part: Strategy): boolean =>
  part.source?.declaration === undefined || traitOf(part, 'opaque') === true;

/** Whether it is known what a strategy does, with all that it is made of. */
export const isOwn = (strategy: Strategy): boolean => !Array.from(partsOf(strategy)).some(isOpaque);

const membersOf = (stop: StopStrategy): readonly StopStrategy[] => (stop.source?.args ?? []) as StopStrategy[];

const ALWAYS: WayOn = { attempts: Infinity, start: Infinity, end: Infinity };

/** The conditions that a single stop leaves, of which one has to hold. One of the user's is taken for one that never stops. */
const ownWays = (stop: StopStrategy): readonly WayOn[] =>
  (traitOf(stop, 'ways') ?? [{}]).map((way) => ({ ...ALWAYS, ...way }));

/** Whether a stop can ever stop, as far as its declaration tells; one of the user's may. */
export function canStop(stop: StopStrategy): boolean {
  const combines = traitOf(stop, 'combines');
  if (combines !== undefined) return membersOf(stop)[combines === 'any' ? 'some' : 'every'](canStop);
  return isOpaque(stop) || ownWays(stop).every((way) => Object.values(way).some((limit) => limit < Infinity));
}

/** The largest number of attempts that a stop names; 0 where it names none. */
export const attemptsNamed = (stop: StopStrategy): number =>
  Math.max(
    0,
    ...Array.from(partsOf(stop))
      .flatMap((part) => ownWays(part as StopStrategy))
      .map(({ attempts }) => attempts)
      .filter((attempts) => attempts < Infinity),
  );

/** The smallest of these limits within a stop, where any of its parts may be the one that counts. */
export function least(stop: StopStrategy, limits: readonly (keyof WayOn)[]): number {
  const combines = traitOf(stop, 'combines');
  if (combines === 'all') return Infinity;
  if (combines === 'any') return Math.min(...membersOf(stop).map((member) => least(member, limits)));
  return Math.min(...ownWays(stop).flatMap((way) => limits.map((limit) => way[limit])));
}

const both = (one: WayOn, other: WayOn): WayOn => ({
  attempts: Math.min(one.attempts, other.attempts),
  start: Math.min(one.start, other.start),
  end: Math.min(one.end, other.end),
});

/** The conditions that a stop leaves, of which one has to hold. */
export function waysOn(stop: StopStrategy): readonly WayOn[] {
  const combines = traitOf(stop, 'combines');
  if (combines === undefined) return ownWays(stop);
  const members = membersOf(stop).map(waysOn);
  if (combines === 'all') return members.flat();
  return members.reduce((ways, more) => ways.flatMap((way) => more.map((other) => both(way, other))));
}
