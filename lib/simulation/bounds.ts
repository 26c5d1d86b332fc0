import type { StopStrategy } from '../strategies/stop.js';
import { partsOf, type Strategy } from '../strategies/strategy.js';

/** Whether a stop can ever stop, as far as its own description tells; of a function of the user's nobody knows. */
export function canStop(stop: StopStrategy): boolean {
  const { factory, args } = stop.source ?? {};
  if (factory === 'any') return (args as StopStrategy[]).some(canStop);
  if (factory === 'all') return (args as StopStrategy[]).every(canStop);
  return factory !== 'never' && factory !== 'whenAborted';
}

/** The largest number of attempts that a stop names; 0 where it names none. */
export function attemptsNamed(stop: StopStrategy): number {
  const { factory, args } = stop.source ?? {};
  if (factory === 'afterAttempt') return (args as [number])[0];
  if (factory === 'any' || factory === 'all') return Math.max(...(args as StopStrategy[]).map(attemptsNamed));
  return 0;
}

/** Whether a strategy is of tenax's own make, with all that it is made of: what it does is known. */
export const isOwn = (strategy: Strategy): boolean =>
  [...partsOf(strategy)].every(({ source }) => source?.factory !== undefined && source.factory !== 'exception');

/** A condition under which a call goes on: fewer attempts than that, and a sleep that begins and ends before these times. */
export interface WayOn {
  readonly attempts: number;
  readonly start: number;
  readonly end: number;
}

const ALWAYS: WayOn = { attempts: Infinity, start: Infinity, end: Infinity };

const both = (one: WayOn, other: WayOn): WayOn => ({
  attempts: Math.min(one.attempts, other.attempts),
  start: Math.min(one.start, other.start),
  end: Math.min(one.end, other.end),
});

/** The conditions that a stop leaves, of which one has to hold. A stop of the user's is taken for one that never stops. */
export function waysOn(stop: StopStrategy): readonly WayOn[] {
  const { factory, args = [] } = stop.source ?? {};
  const [limit] = args as [number];
  const members = args as readonly StopStrategy[];
  switch (factory) {
    case 'afterAttempt':
      return [{ ...ALWAYS, attempts: limit }];
    case 'afterDelay':
      return [{ ...ALWAYS, start: limit }];
    case 'beforeDelay':
      return [{ ...ALWAYS, end: limit }];
    case 'whenAborted':
      return (args as [AbortSignal])[0].aborted ? [] : [ALWAYS];
    case 'all':
      return members.flatMap(waysOn);
    case 'any':
      return members.map(waysOn).reduce((ways, more) => ways.flatMap((way) => more.map((other) => both(way, other))));
    default:
      return [ALWAYS];
  }
}
