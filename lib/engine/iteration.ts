import { listen, unlisten, untilAborted } from '../base/abort.js';
import type { RetryCallState } from '../call/call-state.js';
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

  /**
   * Aborts when the caller aborts; inside `run` also when the attempt is cut off, and when the loop is left while it runs.
   * Always there.
   */
  override get signal(): AbortSignal {
    return this.state.signal ?? neverAborts();
  }

  /**
   * Makes the attempt. A failure that will be tried again does not reject: the answer is `undefined` then. Rejects with
   * what the call fails with; with an AbortError, which need not be handled, when the loop is left before.
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
    untilAborted(orFail(step), call.signal).catch((error: unknown) => {
      call.countFailure();
      throw error;
    });
  try {
    for (;;) {
      call.throwIfAborted();
      // The body may leave while its attempt runs, which ends with a signal of its own then.
      const own = new AbortController();
      const follow = (): void => {
        own.abort(signal?.reason);
      };
      const turn = new Turn(call.state, (fn) => {
        attend(fn);
        if (signal?.aborted) follow();
        else if (signal !== undefined) listen(signal, follow);
        call.endsBy(own.signal);
        return orAbort(() => call.step());
      });
      let verdict: Verdict<unknown>;
      try {
        yield turn.attempt;
        verdict = await turn.verdict();
      } finally {
        if (signal !== undefined) unlisten(signal, follow);
        if (turn.leave()) {
          call.abandon();
          own.abort(new DOMException('the loop was left while this attempt ran', 'AbortError'));
        } else call.endsBy(signal);
      }
      if (!verdict.again) return;
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
  try {
    yield turn.attempt;
    await turn.verdict();
  } finally {
    turn.leave();
  }
}

/** One turn of the loop, in which the body has to make one attempt. */
class Turn {
  readonly attempt: IteratedAttempt;
  #made: Promise<Verdict<unknown>> | undefined = undefined;
  /** What `attempt.run` answered, until that is settled. */
  #running: Promise<unknown> | undefined = undefined;
  #over = false;

  constructor(state: RetryCallState, make: (fn: () => unknown) => Promise<Verdict<unknown>>) {
    const run = async (made: Promise<Verdict<unknown>>): Promise<unknown> => {
      try {
        const verdict = await made;
        return verdict.again ? undefined : verdict.value;
      } finally {
        this.#running = undefined;
      }
    };
    this.attempt = new IteratedAttempt(state, (fn) => {
      if (this.#over || this.#made !== undefined) {
        const fault = this.#over ? 'only while its turn of the loop lasts' : 'once in a turn of the loop';
        return Promise.reject(new TypeError(`attempt.run may be called ${fault}`));
      }
      this.#made = make(fn);
      return (this.#running = run(this.#made));
    });
  }

  /** @throws TypeError when the body has not made its attempt. */
  async verdict(): Promise<Verdict<unknown>> {
    if (this.#made === undefined) throw new TypeError('the body of the loop must call attempt.run() in every turn');
    return this.#made;
  }

  /** The turn is over. Answers whether its attempt still runs; how that ends is dropped. */
  leave(): boolean {
    this.#over = true;
    this.#running?.catch(() => undefined);
    return this.#running !== undefined;
  }
}
