import type { RetryCallState } from '../call/call-state.js';

let never: AbortSignal | undefined;

/** Where nothing can abort, one signal that never does serves all. */
export const neverAborts = (): AbortSignal => (never ??= new AbortController().signal);

/** One attempt, as `Retrying.run` and the iteration form hand it to the code that makes it. */
export class Attempt {
  /** From 1. */
  readonly number: number;
  /** The state of the call. */
  readonly state: RetryCallState;
  readonly #signal: AbortSignal | undefined;

  /** @internal */
  constructor(state: RetryCallState) {
    this.number = state.attemptNumber;
    this.state = state;
    this.#signal = state.signal;
  }

  /** Aborts when the caller aborts, and when `attemptTimeout` or `deadline` cut this attempt off. Always there. */
  get signal(): AbortSignal {
    return this.#signal ?? neverAborts();
  }
}
