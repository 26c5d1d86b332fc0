import { untilAborted } from '../base/abort.js';
import { leadToCaller } from '../base/lead-to-caller.js';
import type { Call } from './call.js';

/** Runs a call that has a signal. Aborted before: it does not begin. Aborted later: it ends wherever it is. */
export async function runUntilAborted(call: Call<unknown>, signal: AbortSignal): Promise<unknown> {
  try {
    return await untilAborted(call.run(), signal);
  } catch (error) {
    call.countFailure();
    throw call.mayChangeStack ? leadToCaller(error, runUntilAborted) : error;
  }
}

/** An abort ends a step from outside; the body may leave the loop with it, and then nothing else counts it. */
export const orAbort = <V>(call: Call<unknown>, step: Promise<V>): Promise<V> =>
  untilAborted(step, call.signal).catch((error: unknown) => {
    call.countFailure();
    throw error;
  });
