import { allStops, type StopLike, type StopStrategy } from '../stop-strategy.js';

/** Stops when all of these stop (tenacity's `stop_all`). */
export const all: (...stops: StopLike[]) => StopStrategy = allStops;
