import { startTimer, systemClock, type Clock } from '../../base/clock.js';

/** The longest delay that `setTimeout` accepts, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Calls `callback` after `ms`, unless the process ends before. It does not keep the process alive. Over 24 days: never. */
export function startIdleTimer(clock: Clock, ms: number, callback: () => void): void {
  if (ms > LONGEST) return;
  if (clock !== systemClock) {
    startTimer(clock, ms, callback);
    return;
  }
  const timer: unknown = setTimeout(callback, ms);
  (timer as { unref?: () => void }).unref?.();
}
