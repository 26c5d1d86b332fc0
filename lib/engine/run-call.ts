import { untilAborted } from '../base/abort.js';
import { leadToCaller } from '../base/lead-to-caller.js';
import { promiseOf, type MaybeAsync } from '../base/thenable.js';
import type { Outcome } from '../call/outcome.js';
import type { Call } from './call.js';
import { isAccepted } from './decide.js';

/** Runs a call. Most end with their first attempt, and then there is no loop. */
export function runCall<T>(call: Call<T>): Promise<T> {
  const { signal } = call;
  return signal === undefined ? runFreely(call) : runUntilAborted(call, signal);
}

function runFreely<T>(call: Call<T>): Promise<T> {
  try {
    return promiseOf(call.attemptFor<T>(FIRST));
  } catch (error) {
    return failing(call, error);
  }
}

/** The first attempt: where its value is accepted at once, nothing of the loop is needed. */
const FIRST = {
  ended<T>(call: Call<T>, outcome: Outcome<T>): MaybeAsync<T> {
    if (!isAccepted(call, outcome)) return call.run(outcome);
    try {
      const value = call.finish(outcome, 'notRetryable');
      return value instanceof Promise ? value.catch((error: unknown) => failing(call, error)) : value;
    } catch (error) {
      return failing(call, error);
    }
  },
  later: <T>(call: Call<T>, outcome: Promise<Outcome<T>>): Promise<T> => call.run(outcome),
};

/** What goes wrong between the attempts ends a call as it does in the loop. */
const failing = <T>(call: Call<T>, error: unknown): Promise<T> => call.run(Promise.reject(error));

/** Runs a call that has a signal. An abort before the call keeps it from starting; a later one ends it wherever it is. */
async function runUntilAborted<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
  const run = runFreely(call);
  try {
    return await untilAborted(run, signal);
  } catch (error) {
    // It has succeeded before the abort, and its value is on the way.
    if (call.ended === 'succeeded') return run;
    call.countFailure();
    throw call.mayChangeStack ? leadToCaller(error, runUntilAborted) : error;
  }
}

/** Waits for a step of the loop form, or for an abort. It counts the failure, since the body may leave the loop with it. */
export const orAbort = <V>(call: Call<unknown>, step: Promise<V>): Promise<V> =>
  untilAborted(step, call.signal).catch((error: unknown) => {
    if (call.ended === 'succeeded') return step;
    call.countFailure();
    throw error;
  });
