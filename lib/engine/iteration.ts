import { untilAborted } from '../base/abort.js';
import type { RetryCallState } from '../state/call-state.js';
import { Attempt, neverAborts } from './attempt.js';
import type { Call, Verdict } from './call.js';

/** One turn of `for await (const attempt of retrying)`. */
export class IteratedAttempt extends Attempt {
  readonly #make: (fn: () => unknown) => Promise<unknown>;

  /** @internal */
  constructor(state: RetryCallState, make: (fn: () => unknown) => Promise<unknown>) {
    super(state);
    this.#make = make;
  }

  /** Aborts when the caller aborts; inside `run` also when the attempt is cut off. Always there. */
  override get signal(): AbortSignal {
    return this.state.signal ?? neverAborts();
  }

  /**
   * Makes the attempt. A failure that will be tried again does not reject: the answer is `undefined` then. Rejects with
   * what the call fails with.
   */
  run<R>(fn: (attempt: IteratedAttempt) => R): Promise<Awaited<R> | undefined> {
    return this.#make(() => fn(this)) as Promise<Awaited<R> | undefined>;
  }
}

/** What the loop's body does in this turn stands in the place of a call's function. */
export interface Body {
  current: () => unknown;
}

/** Takes the steps of a call one at a time, the attempts being made by the body of the loop. */
export async function* iterate(call: Call<unknown>, body: Body): AsyncGenerator<IteratedAttempt, void, undefined> {
  const { signal, state } = call;
  for (;;) {
    call.throwIfAborted();
    let made: Promise<Verdict<unknown>> | undefined;
    const step = async (): Promise<Verdict<unknown>> => {
      try {
        return await call.step();
      } catch (error) {
        throw await call.fail(error);
      }
    };
    yield new IteratedAttempt(state, async (fn) => {
      if (made !== undefined) throw new TypeError('attempt.run may be called once in a turn of the loop');
      body.current = fn;
      made = untilAborted(step(), signal);
      const verdict = await made;
      return verdict.again ? undefined : verdict.value;
    });
    if (made === undefined) throw new TypeError('the body of the loop must call attempt.run() in every turn');
    if (!(await made).again) return;
    await untilAborted(call.pause(), signal);
  }
}
