import type { InternalAxiosRequestConfig } from 'axios';
import { listen, unlisten } from '../base/abort.js';
import { checkSignal } from '../base/check.js';

/** axios' CancelToken, with what its types leave out. */
interface Token {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
}

/** What ends a request's call: its own signal, its CancelToken and the policy's signal, whichever is first. */
export class CallSignal {
  #signal: AbortSignal | undefined;
  readonly #releases: (() => void)[] = [];

  constructor({ signal, cancelToken }: InternalAxiosRequestConfig) {
    this.#signal = signal as AbortSignal | undefined;
    if (cancelToken === undefined) return;
    const token = cancelToken as unknown as Token;
    const controller = new AbortController();
    const abort = (reason: unknown): void => {
      controller.abort(reason);
    };
    this.with(controller.signal);
    token.subscribe(abort);
    this.#releases.push(() => {
      token.unsubscribe(abort);
    });
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

  /** Lets go of all that it listens to. */
  release(): void {
    for (const release of this.#releases) release();
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
      this.#releases.push(() => {
        unlisten(signal, abort);
      });
    }
    return controller.signal;
  }
}
