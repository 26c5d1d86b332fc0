import { abortReason, listen, unlisten } from '../base/abort.js';
import { startTimer, type Clock } from '../base/clock.js';

/** The bounds of a piece of work. */
export interface Bound {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ms: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Makes the error of work that takes longer. */
  readonly timeoutError: () => Error;
  /** Used instead of a new controller for the signal of the work. */
  readonly controller?: AbortController | undefined;
}

/**
 * Runs `work` with a signal, and rejects with `timeoutError()` when it has not settled after `ms` milliseconds. The signal
 * then aborts with that error as its reason; when the caller's signal aborts, with the caller's reason. What the work does
 * later is dropped. No timer and no listener is left behind.
 */
export function withTimeout<T>(bound: Bound, work: (signal: AbortSignal) => PromiseLike<T>): Promise<T> {
  const { clock, ms, signal: outer } = bound;
  const { controller = new AbortController() } = bound;
  const begun = clock.now();
  return new Promise<T>((resolve, reject) => {
    let cancelTimer: (() => void) | undefined;
    let settled = false;
    const settle = (): void => {
      settled = true;
      cancelTimer?.();
      if (outer !== undefined) unlisten(outer, onAbort);
    };
    /** Work that ignores its signal must not keep the timer. */
    const end = (reason: unknown): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = (): void => {
      end(abortReason(outer as AbortSignal));
    };
    if (outer?.aborted) {
      onAbort();
      return;
    }
    if (outer !== undefined) listen(outer, onAbort);
    work(controller.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
    const arm = (): void => {
      if (settled) return;
      cancelTimer = startTimer(clock, Math.max(0, begun + ms - clock.now()), () => {
        end(bound.timeoutError());
      });
    };
    // Much work settles at once and needs no timer: it gets a few microtasks to do so.
    void Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(arm);
  });
}
