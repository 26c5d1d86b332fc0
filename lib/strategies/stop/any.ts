import { anyStop, type StopLike, type StopStrategy } from '../stop-strategy.js';

/** When any of these stops, asked in order (tenacity's `stop_any`). */
export const any: (...stops: StopLike[]) => StopStrategy = anyStop;
