import { listen, unlisten } from '../base/abort.js';
import { startTimer, type Clock } from '../base/clock.js';

/**
 * Runs `work` with a signal, and fails with `late()` when it has not settled after `ms` milliseconds; the signal then
 * aborts with that error as its reason, and when `outer` aborts with the outer's. What the work does later is dropped.
 * No timer and no listener is left behind.
 */
export function withCutoff<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  late: () => Error,
  work: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  const controller = new AbortController();
  const begun = clock.now();
  return new Promise<T>((resolve, reject) => {
    let cancel: (() => void) | undefined;
    let settled = false;
    // Work that ignores its signal must not keep the timer.
    const abort = (): void => {
      const reason: unknown = (outer as AbortSignal).reason;
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const settle = (): void => {
      settled = true;
      cancel?.();
      if (outer !== undefined) unlisten(outer, abort);
    };
    if (outer?.aborted) {
      abort();
      return;
    }
    if (outer !== undefined) listen(outer, abort);
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
      cancel = startTimer(clock, Math.max(0, begun + ms - clock.now()), () => {
        const error = late();
        settle();
        reject(error);
        controller.abort(error);
      });
    };
    // Much work settles at once, and then needs no timer: it is given a few microtasks to do so.
    void Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(arm);
  });
}
