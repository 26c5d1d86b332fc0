import type { ServerModel } from './fleet-options.js';

/**
 * A server's capacity in steps of 100 ms, so that a burst within a second is felt. What is left of a step is lost, but for
 * the part of a request; a server that serves less than one in a step saves up for it.
 */
export function serverOf({ capacity, outage }: ServerModel): (now: number) => boolean {
  const STEP = 100;
  // In thousandths of a request, which are whole numbers where the capacity is one.
  const ONE = 1000;
  const perStep = capacity * STEP;
  // As if it had been idle for a second.
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
