import { sum, type WaitLike, type WaitStrategy } from '../wait-strategy.js';

/** Waits for the sum of all delays (tenacity's `wait_combine`). */
export const combine: (...waits: WaitLike[]) => WaitStrategy = sum;
