import { anyStop, type StopLike, type StopStrategy } from '../stop-strategy.js';

/** Stops when any of these stops; they are asked in order (tenacity's `stop_any`). */
export const any: (...stops: StopLike[]) => StopStrategy = anyStop;
