import type { StopStrategy } from '../strategies/stop.js';

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
