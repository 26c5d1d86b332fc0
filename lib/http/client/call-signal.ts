import { abortReason } from '../../base/abort.js';
import { checkSignal, isAbortSignal } from '../../base/check.js';
import { unnamed } from '../../engine/serialize.js';
import { isNativeSignal, SignalLink } from './signal-link.js';

/**
 * The signal of a call and its body: the request's own signal and others that are added, whichever aborts first. It listens
 * to them until the call is over and the bodies of its answers have ended.
 *
 * It has no reference to an answer, since the signals that keep it alive would also keep the answer's body alive.
 */
export class CallSignal {
  #signal: AbortSignal | undefined;
  // Undefined for most calls, which have at most one signal.
  #releases: (() => void)[] | undefined;
  #bodies = 0;
  #over = false;

  constructor(own: AbortSignal | undefined) {
    this.#signal = own;
  }

  /** The signal that aborts with the first of all signals. */
  get current(): AbortSignal | undefined {
    return this.#signal;
  }

  /** The reason of the abort; undefined if the call was not aborted. */
  get aborted(): { readonly reason: unknown } | undefined {
    return this.#signal?.aborted ? { reason: abortReason(this.#signal) } : undefined;
  }

  /** Adds a signal. Returns the signal that aborts with the first of all. */
  with(other: AbortSignal | undefined): AbortSignal | undefined {
    const own = this.#signal;
    if (other !== undefined) this.#signal = own === undefined ? other : this.#first(own, other);
    return this.#signal;
  }

  /** Calls `release` when the call and its bodies have ended. */
  beforeRelease(release: () => void): void {
    (this.#releases ??= []).push(release);
  }

  /**
   * Returns a signal for one attempt that the caller's abort reaches until the body has ended; undefined if the attempt's own
   * signal already does that.
   *
   * @param always Whether the attempt must not get the caller's own signal.
   */
  linkTo(own: AbortSignal, always = false): SignalLink | undefined {
    const ofCall = this.#signal;
    if (!always && own === ofCall && isNativeSignal(own)) return undefined;
    const link = new SignalLink();
    link.to(own);
    if (ofCall !== undefined && ofCall !== own) link.to(ofCall);
    return link;
  }

  /** Returns a function to call when the body of an answer has ended; undefined if there are no listeners to remove then. */
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

  /** Keeps listening until the returned function is called. */
  hold(): () => void {
    this.#bodies += 1;
    return () => {
      this.#bodies -= 1;
      this.#releaseIfOver();
    };
  }

  /** Called when the call is over. The listeners are removed with the end of the last body. */
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
 * The `signal` option of a client's policy: the signal of each request together with the client's own. A value that is not a
 * signal is returned unchanged, and the policy throws for it.
 */
export function signalOfCall<State>(
  common: AbortSignal | ((state: State) => AbortSignal | undefined) | undefined,
  own: (state: State) => CallSignal | undefined,
): AbortSignal | ((state: State) => AbortSignal | undefined) {
  if (common === undefined) return unnamed((state) => own(state)?.current);
  if (typeof common !== 'function' && !isAbortSignal(common)) return common;
  return (state) => {
    const named = typeof common === 'function' ? common(state) : common;
    const ofCall = own(state);
    return ofCall === undefined ? named : ofCall.with(named);
  };
}
