import type { ServerModel } from './fleet-options.js';

/**
 * Returns a function that says whether the server can serve a request now. Its capacity is divided into steps of 100 ms, so
 * that a burst within a second exceeds it. Unused capacity of a step is lost, except for a fraction of a request. A server
 * that serves less than one request per step saves up for it.
 */
export function serverOf({ capacity, outage }: ServerModel): (now: number) => boolean {
  const STEP = 100;
  // Thousandths of a request, to compute with whole numbers if the capacity is one.
  const ONE = 1000;
  const perStep = capacity * STEP;
  // It starts as if it had been idle for a second.
  let step = -10;
  let room = 0;
  return (now) => {
    const current = Math.floor(now / STEP);
    if (current !== step) {
      const saved = perStep < ONE ? Math.min(ONE, room + perStep * (current - step - 1)) : room % ONE;
      room = saved + perStep;
      step = current;
    }
    if (outage !== undefined && now >= outage.from && now < outage.to) return false;
    if (room < ONE) return false;
    room -= ONE;
    return true;
  };
}
