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

/**
 * Takes the steps of a call one at a time, the attempts being made by the body of the loop: what it does in this turn is
 * handed to `attend`, and stands in the place of the call's function.
 */
export async function* iterate(
  call: Call<unknown>,
  attend: (fn: () => unknown) => void,
): AsyncGenerator<IteratedAttempt, void, undefined> {
  const { signal } = call;
  const orFail = async <V>(step: () => V): Promise<Awaited<V>> => {
    try {
      return await step();
    } catch (error) {
      throw await call.fail(error);
    }
  };
  // An abort ends a step from without; the body may leave the loop with it, and then nobody else counts it.
  const orAbort = <V>(step: () => V): Promise<Awaited<V>> =>
    untilAborted(orFail(step), signal).catch((error: unknown) => {
      call.countFailure();
      throw error;
    });
  try {
    for (;;) {
      call.throwIfAborted();
      const turn = new Turn(call.state, (fn) => {
        attend(fn);
        return orAbort(() => call.step());
      });
      yield turn.attempt;
      if (!(await turn.verdict()).again) return;
      await orAbort(() => call.pause());
    }
  } catch (error) {
    call.countFailure();
    throw error;
  }
}

/** `enabled: false`: the body's function once, and nothing of ours. */
export async function* once(state: RetryCallState): AsyncGenerator<IteratedAttempt, void, undefined> {
  const turn = new Turn(state, async (fn) => ({ again: false, value: await fn() }));
  yield turn.attempt;
  await turn.verdict();
}

/** One turn of the loop, in which the body has to make one attempt. */
class Turn {
  readonly attempt: IteratedAttempt;
  #made: Promise<Verdict<unknown>> | undefined = undefined;

  constructor(state: RetryCallState, make: (fn: () => unknown) => Promise<Verdict<unknown>>) {
    this.attempt = new IteratedAttempt(state, async (fn) => {
      if (this.#made !== undefined) throw new TypeError('attempt.run may be called once in a turn of the loop');
      this.#made = make(fn);
      const verdict = await this.#made;
      return verdict.again ? undefined : verdict.value;
    });
  }

  /** @throws TypeError when the body has not made its attempt. */
  async verdict(): Promise<Verdict<unknown>> {
    if (this.#made === undefined) throw new TypeError('the body of the loop must call attempt.run() in every turn');
    return this.#made;
  }
}
