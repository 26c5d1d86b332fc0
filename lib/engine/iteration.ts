import { abortReason, listen, unlisten } from '../base/abort.js';
import { channels } from '../base/channels.js';
import { checkFunction } from '../base/check.js';
import { leadToCaller } from '../base/lead-to-caller.js';
import type { RetryCallState, RetryingOfCall } from '../call/call-state.js';
import { orAbort } from './run-call.js';
import { Attempt, neverAborts } from './attempt.js';
import { Call } from './call.js';
import { giveUpSleep } from './call-failure.js';
import { sleepsTooLong } from './decide.js';
import { idleState } from './disabled.js';
import { publish } from './publish.js';
import { refuseGenerator } from './wrap.js';

/** What follows an attempt of the loop: another one, or the end of the loop with a value. */
type Verdict = { readonly again: true } | { readonly again: false; readonly value: unknown };

/** One pass of `for await (const attempt of retrying)`. */
export class IteratedAttempt extends Attempt {
  readonly #make: (fn: () => unknown) => Promise<unknown>;

  /** @internal */
  constructor(state: RetryCallState, make: (fn: () => unknown) => Promise<unknown>) {
    super(state);
    this.#make = make;
  }

  /**
   * Aborts when the caller aborts; inside `run` also when the attempt is cut off, and when the loop is left while it runs.
   * Always present.
   */
  override get signal(): AbortSignal {
    return this.state.signal ?? neverAborts();
  }

  /**
   * Makes the attempt. A failure that will be retried does not reject: the result is then `undefined`. It rejects with the
   * error of the call, or with an AbortError, which you need not handle, if the loop is left before.
   */
  run<R>(fn: (attempt: IteratedAttempt) => R): Promise<Awaited<R> | undefined> {
    checkFunction('attempt.run', fn, 'a function of the attempt');
    refuseGenerator('attempt.run takes', fn);
    return this.#make(() => fn(this)) as Promise<Awaited<R> | undefined>;
  }
}

/** The loop form of a policy. */
export function iterationOf(retrying: RetryingOfCall): AsyncGenerator<IteratedAttempt, void, undefined> {
  let body: () => unknown;
  const fn = (): unknown => body();
  const { enabled, name: naming = 'anonymous' } = retrying.policy;
  if (!enabled) return once(idleState(retrying, fn, naming));
  const call = retrying.begin(() => new LoopCall(retrying, { self: undefined, fn, args: [], naming }));
  return iterate(call, (next) => {
    body = next;
  });
}

/** The call of a loop, whose body may leave it. */
class LoopCall extends Call<unknown> {
  /** The body left the loop: if the call has not ended yet, it ends as one that was aborted. */
  leave(): void {
    if (this.ended !== undefined) return;
    if (this.signal?.aborted) this.countFailure();
    else publish(channels.abort, this.state);
    this.abandon();
  }

  /** The loop fails with an error, which may be that of a body that has not made its attempt. */
  failLoop(error: unknown): void {
    if (this.ended === undefined && !this.signal?.aborted) publish(channels.giveup, this.state, { error });
    this.countFailure();
  }
}

/**
 * Takes the steps of a call one at a time; the body of the loop makes the attempts. `setBody` receives what it does in a
 * pass, which takes the place of the call's function.
 */
async function* iterate(
  call: LoopCall,
  setBody: (fn: () => unknown) => void,
): AsyncGenerator<IteratedAttempt, void, undefined> {
  const { signal } = call;
  try {
    for (;;) {
      call.throwIfAborted();
      // The body may leave while its attempt runs, which then ends with a signal of its own.
      const own = new AbortController();
      const follow = (): void => {
        own.abort(signal && abortReason(signal));
      };
      const pass = new Pass(call.state, (fn) => {
        setBody(fn);
        if (signal?.aborted) follow();
        else if (signal !== undefined) listen(signal, follow);
        call.endsBy(own.signal);
        return orAbort(call, makeStep(call));
      });
      let verdict: Verdict;
      let left = true;
      try {
        yield pass.attempt;
        left = false;
        verdict = await pass.verdict();
      } finally {
        if (signal !== undefined) unlisten(signal, follow);
        const runs = pass.leave();
        if (left) call.leave();
        if (runs) own.abort(new DOMException('the loop was left while this attempt ran', 'AbortError'));
        else call.endsBy(signal);
      }
      if (!verdict.again) return;
      await orAbort(call, pause(call));
    }
  } catch (error) {
    call.failLoop(error);
    throw error;
  }
}

/** One attempt and the decision about it. */
async function makeStep(call: Call<unknown>): Promise<Verdict> {
  try {
    const outcome = await call.attempt();
    const decision = await call.decide(outcome);
    if (!decision.retry) return { again: false, value: await call.finish(outcome, decision.stopReason) };
    const told = call.beforeSleep();
    if (told === undefined) return { again: true };
    await told;
    return sleepsTooLong(call) ? { again: false, value: await giveUpSleep(call) } : { again: true };
  } catch (error) {
    return { again: false, value: await call.fail(error) };
  }
}

async function pause(call: Call<unknown>): Promise<void> {
  try {
    await call.sleep();
  } catch (error) {
    await call.fail(error);
  }
}

/** `enabled: false`: the body's function once, and nothing else. */
async function* once(state: RetryCallState): AsyncGenerator<IteratedAttempt, void, undefined> {
  const pass = new Pass(state, async (fn) => ({ again: false, value: await fn() }));
  try {
    yield pass.attempt;
    await pass.verdict();
  } finally {
    pass.leave();
  }
}

/** One pass of the loop, in which the body has to make one attempt. */
class Pass {
  readonly attempt: IteratedAttempt;
  #made: Promise<Verdict> | undefined = undefined;
  /** What `attempt.run` returned, until that is settled. */
  #running: Promise<unknown> | undefined = undefined;
  #over = false;

  constructor(state: RetryCallState, make: (fn: () => unknown) => Promise<Verdict>) {
    const run = async (made: Promise<Verdict>): Promise<unknown> => {
      try {
        const verdict = await made;
        return verdict.again ? undefined : verdict.value;
      } catch (error) {
        throw state.signal?.aborted ? error : leadToCaller(error, run);
      } finally {
        this.#running = undefined;
      }
    };
    this.attempt = new IteratedAttempt(state, (fn) => {
      if (this.#over || this.#made !== undefined) {
        const fault = this.#over ? 'only during its pass of the loop' : 'once in a pass of the loop';
        return Promise.reject(new TypeError(`attempt.run may be called ${fault}`));
      }
      this.#made = make(fn);
      return (this.#running = run(this.#made));
    });
  }

  /** @throws TypeError when the body has not made its attempt. */
  async verdict(): Promise<Verdict> {
    if (this.#made === undefined) throw new TypeError('the body of the loop must call attempt.run() in every pass');
    // The loop itself fails with the error of an attempt that the body does not await.
    this.#running?.catch(() => undefined);
    return this.#made;
  }

  /** The pass is over. Returns whether its attempt still runs; how that ends is dropped. */
  leave(): boolean {
    this.#over = true;
    this.#running?.catch(() => undefined);
    return this.#running !== undefined;
  }
}
