import { listen, unlisten } from '../../base/abort.js';
import { checkSignal, isAbortSignal } from '../../base/check.js';

/** What ends a request's call: its own signal, and whatever else is added, whichever is first. */
export class CallSignal {
  #signal: AbortSignal | undefined;
  // Most calls have one signal at most, and nothing to let go of.
  #releases: (() => void)[] | undefined;

  constructor(own: AbortSignal | undefined) {
    this.#signal = own;
  }

  /** The signal, once it has aborted. */
  get aborted(): AbortSignal | undefined {
    return this.#signal?.aborted ? this.#signal : undefined;
  }

  /** Ends the call as soon as `other` aborts, too. Answers the signal of all. */
  with(other: AbortSignal | undefined): AbortSignal | undefined {
    const own = this.#signal;
    if (other !== undefined) this.#signal = own === undefined ? other : this.#first(own, other);
    return this.#signal;
  }

  /** Has `release` called when the call is over. */
  beforeRelease(release: () => void): void {
    (this.#releases ??= []).push(release);
  }

  /** Lets go of all that it listens to. */
  release(): void {
    this.#releases?.forEach((release) => {
      release();
    });
  }

  #first(...signals: AbortSignal[]): AbortSignal {
    const controller = new AbortController();
    for (const signal of signals) {
      checkSignal('signal', signal);
      const abort = (): void => {
        controller.abort(signal.reason);
      };
      if (signal.aborted) abort();
      else listen(signal, abort);
      this.beforeRelease(() => {
        unlisten(signal, abort);
      });
    }
    return controller.signal;
  }
}

/**
 * The `signal` option of a client's policy: the one that its calls have of their own, and the common one that was named.
 * What is no signal is left to the policy to refuse.
 */
export function signalOfCall<State extends { readonly self: unknown }>(
  common: AbortSignal | ((state: State) => AbortSignal | undefined) | undefined,
): AbortSignal | ((state: State) => AbortSignal | undefined) {
  if (common !== undefined && typeof common !== 'function' && !isAbortSignal(common)) return common;
  return (state) =>
    (state.self as { readonly signal: CallSignal }).signal.with(typeof common === 'function' ? common(state) : common);
}
