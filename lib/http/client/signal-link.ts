import { abortReason, listen, unlisten } from '../../base/abort.js';

/** A signal that aborts with the first of the signals that it is linked to, until it is released. */
export class SignalLink {
  readonly #controller = new AbortController();
  readonly #unlinks: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts with `source` from now on. */
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

  /** Removes every listener: nothing keeps this link alive any more. */
  release(): void {
    for (const unlink of this.#unlinks.splice(0)) unlink();
  }
}

/** Whether the platform's own fetch takes this signal: signals of polyfills have to be linked to one of the platform. */
export const isNativeSignal = (signal: AbortSignal): boolean => signal instanceof AbortSignal;
