import { abortReason } from '../../base/abort.js';
import { checkSignal, isAbortSignal } from '../../base/check.js';
import { isNativeSignal, SignalLink } from './signal-link.js';

/**
 * What ends a request's call and its body: its own signal, and every other one that is added, whichever aborts first. It
 * listens to them until the call is over and every body of its answers has ended.
 *
 * It refers to no answer: what keeps it alive must not keep a body alive.
 */
export class CallSignal {
  #signal: AbortSignal | undefined;
  // Most calls have one signal at most and nothing to release.
  #releases: (() => void)[] | undefined;
  #bodies = 0;
  #over = false;

  constructor(own: AbortSignal | undefined) {
    this.#signal = own;
  }

  /** The signal of all that end the call. */
  get current(): AbortSignal | undefined {
    return this.#signal;
  }

  /** Why the call was aborted, once it was. */
  get aborted(): { readonly reason: unknown } | undefined {
    return this.#signal?.aborted ? { reason: abortReason(this.#signal) } : undefined;
  }

  /** From now on the call ends with `other` too. Returns the signal of all. */
  with(other: AbortSignal | undefined): AbortSignal | undefined {
    const own = this.#signal;
    if (other !== undefined) this.#signal = own === undefined ? other : this.#first(own, other);
    return this.#signal;
  }

  /** Calls `release` when the call and its bodies are over. */
  beforeRelease(release: () => void): void {
    (this.#releases ??= []).push(release);
  }

  /** A signal for one attempt, which the caller's abort reaches until the body has ended, where the attempt's own does not do. */
  linkTo(own: AbortSignal | undefined): SignalLink | undefined {
    const ofCall = this.#signal;
    if (own === undefined || (own === ofCall && isNativeSignal(own))) return undefined;
    const link = new SignalLink();
    link.to(own);
    if (ofCall !== undefined && ofCall !== own) link.to(ofCall);
    return link;
  }

  /**
   * What to call when the body of an answer has ended, so that nothing listens any more; `undefined` if nothing has to be
   * released then.
   */
  bodyOf(link: SignalLink | undefined): (() => void) | undefined {
    if (link === undefined && this.#releases === undefined) return undefined;
    this.#bodies += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      link?.release();
      this.#bodies -= 1;
      this.#releaseIfOver();
    };
  }

  /** Keeps what the call listens to until the function that it returns is called. */
  hold(): () => void {
    this.#bodies += 1;
    return () => {
      this.#bodies -= 1;
      this.#releaseIfOver();
    };
  }

  /** The call is over; what it listens to is released with the last body. */
  end(): void {
    this.#over = true;
    this.#releaseIfOver();
  }

  #releaseIfOver(): void {
    if (!this.#over || this.#bodies > 0) return;
    for (const release of this.#releases?.splice(0) ?? []) release();
  }

  #first(...signals: AbortSignal[]): AbortSignal {
    const link = new SignalLink();
    for (const signal of signals) link.to(checkSignal('signal', signal));
    this.beforeRelease(() => {
      link.release();
    });
    return link.signal;
  }
}

/**
 * The `signal` option of a client's policy: the signal of each request, together with the one that the client names. What
 * is not a signal is left to the policy to refuse.
 */
export function signalOfCall<State>(
  common: AbortSignal | ((state: State) => AbortSignal | undefined) | undefined,
  own: (state: State) => CallSignal | undefined,
): AbortSignal | ((state: State) => AbortSignal | undefined) {
  if (common !== undefined && typeof common !== 'function' && !isAbortSignal(common)) return common;
  return (state) => {
    const named = typeof common === 'function' ? common(state) : common;
    const ofCall = own(state);
    return ofCall === undefined ? named : ofCall.with(named);
  };
}
