import { nextTurn, startTimer, type Clock } from '../../base/clock.js';
import { messageOf } from '../../base/scrub.js';
import { LimiterUnavailableError } from '../errors.js';

/** The timeout is measured with this many timers, one after the other. */
const LEGS = 4;
/** Milliseconds by which a timer may be late. If it is later, this process was stopped, and the excess does not count. */
const LATE = 20;
/** Milliseconds: the legs are subtracted in floating point. */
const ROUNDING = 1e-6;

/**
 * Settles as `call` does, and rejects when it takes longer than `timeout` milliseconds. Time in which this process was
 * stopped does not count. Timers run before sockets are read, so after the timeout a reply that has already arrived gets one
 * more turn of the event loop.
 *
 * @throws LimiterUnavailableError for a timeout or any failure of `call`, which is its `cause`.
 */
export function callStore<T>(clock: Clock, timeout: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    let cancel: (() => void) | undefined;
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      cancel?.();
      act();
    };
    const unavailable = (reason: string, cause?: unknown): void => {
      settle(() => {
        reject(new LimiterUnavailableError(reason, cause === undefined ? undefined : { cause }));
      });
    };
    const startLeg = (remaining: number): void => {
      const leg = Math.min(remaining, timeout / LEGS);
      const begun = clock.now();
      cancel = startTimer(clock, leg, () => {
        const left = remaining - Math.min(clock.now() - begun, leg + LATE);
        if (left > ROUNDING) {
          startLeg(left);
          return;
        }
        void nextTurn().then(() => {
          if (settled) return;
          // A store that knows the reason rejects with it now. Anything else comes too late.
          controller.abort();
          return nextTurn().then(() => {
            unavailable(`no reply from the store within ${timeout} ms`);
          });
        });
      });
    };
    startLeg(timeout);
    call(controller.signal).then(
      (reply) => {
        if (controller.signal.aborted) return;
        settle(() => {
          resolve(reply);
        });
      },
      (error: unknown) => {
        if (error instanceof LimiterUnavailableError)
          settle(() => {
            reject(error);
          });
        else if (!controller.signal.aborted) unavailable(messageOf(error), error);
      },
    );
  });
}
