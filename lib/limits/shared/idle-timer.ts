import { startTimer, systemClock, type Clock } from '../../base/clock.js';

/** The longest delay that `setTimeout` takes. */
const LONGEST = 2 ** 31 - 1;

/** Calls `callback` after `ms`, unless the process has nothing else to do by then. Longer spans than 24 days are dropped. */
export function startIdleTimer(clock: Clock, ms: number, callback: () => void): void {
  if (ms > LONGEST) return;
  if (clock !== systemClock) {
    startTimer(clock, ms, callback);
    return;
  }
  const timer: unknown = setTimeout(callback, ms);
  (timer as { unref?: () => void }).unref?.();
}
