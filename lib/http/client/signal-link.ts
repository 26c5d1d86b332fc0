import { abortReason, listen, unlisten } from '../../base/abort.js';

/** A signal that aborts with the first of the signals that it is linked to, until the links are released. */
export class SignalLink {
  readonly #controller = new AbortController();
  readonly #unlinks: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Links to a signal. */
  to(source: AbortSignal): void {
    const abort = (): void => {
      this.#controller.abort(abortReason(source));
    };
    if (source.aborted) {
      abort();
      return;
    }
    listen(source, abort);
    this.#unlinks.push(() => {
      unlisten(source, abort);
    });
  }

  /** Removes the listeners from all sources, which would otherwise keep this link alive. */
  release(): void {
    for (const unlink of this.#unlinks.splice(0)) unlink();
  }
}

/** Whether the platform's fetch accepts this signal. Polyfilled signals have to be linked to a native one. */
export const isNativeSignal = (signal: AbortSignal): boolean => signal instanceof AbortSignal;
