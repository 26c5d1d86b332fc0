import { sum, type WaitLike, type WaitStrategy } from '../wait-strategy.js';

/** The sum of all (tenacity's `wait_combine`). */
export const combine: (...waits: WaitLike[]) => WaitStrategy = sum;
