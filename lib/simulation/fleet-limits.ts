import { refill, timeUntil, type Level } from '../limits/level.js';
import type { LimitModel } from './fleet-options.js';

/** A limit without a queue and without timers, on the simulation's time in milliseconds. */
interface SimulatedLimit {
  /** When the next attempt may start; `Infinity` if that depends on attempts in progress. */
  readyAt(now: number): number;
  /** Charges an attempt. */
  take(now: number): void;
  /** Called when an attempt has ended, or, if `unused`, was not made. */
  release(unused: boolean): void;
}

function bucket(rate: number, capacity = Math.max(1, rate)): SimulatedLimit {
  const level: Level = { tokens: capacity, last: 0 };
  const perMs = rate / 1000;
  return {
    readyAt(now) {
      refill(level, now, perMs, capacity);
      return now + timeUntil(level, 1, now, perMs);
    },
    take: () => {
      level.tokens -= 1;
    },
    release: (unused) => {
      if (unused) level.tokens = Math.min(capacity, level.tokens + 1);
    },
  };
}

function slidingWindow(limit: number, window: number): SimulatedLimit {
  const taken: number[] = [];
  return {
    readyAt(now) {
      while ((taken[0] ?? Infinity) <= now - window) taken.shift();
      return taken.length < limit ? now : (taken[0] as number) + window;
    },
    take: (now) => {
      taken.push(now);
    },
    release: (unused) => {
      if (unused) taken.pop();
    },
  };
}

function slots(limit: number): SimulatedLimit {
  let inFlight = 0;
  return {
    readyAt: (now) => (inFlight < limit ? now : Infinity),
    take: () => {
      inFlight += 1;
    },
    release: () => {
      inFlight -= 1;
    },
  };
}

function limitOf(model: LimitModel): SimulatedLimit {
  if (model.limit === undefined) return bucket(model.rate, model.capacity);
  return model.window === undefined ? slots(model.limit) : slidingWindow(model.limit, model.window);
}

/** Combines the limits of a fleet: an attempt takes from all of them at one moment. */
export function combineLimits(models: readonly LimitModel[]): SimulatedLimit {
  const limits = models.map(limitOf);
  return {
    readyAt: (now) => Math.max(now, ...limits.map((limit) => limit.readyAt(now))),
    take: (now) => {
      for (const limit of limits) limit.take(now);
    },
    release: (unused) => {
      for (const limit of limits) limit.release(unused);
    },
  };
}
