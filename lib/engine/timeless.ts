import { Strategy } from '../strategies/strategy.js';

/** Whether a strategy certainly never looks at the time. */
export const isTimeless = (part: unknown): boolean => part instanceof Strategy && !part.readsClock;
