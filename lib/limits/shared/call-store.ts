import { nextTurn, startTimer, type Clock } from '../../base/clock.js';
import { LimiterUnavailableError } from '../errors.js';

/** Into how many legs the time is cut. */
const LEGS = 4;
/** Milliseconds by which a timer may be late before this process counts as having stood still. */
const LATE = 20;
/** Legs are added up in floating point. */
const ROUNDING = 1e-6;

/**
 * Settles as `call` does, and rejects when it takes longer than `timeout`. Time in which this process stood still does not
 * count: what is much too late for a timer is left out. Timers run before sockets are read, so a reply that has arrived
 * meanwhile gets a turn of the event loop.
 *
 * @throws LimiterUnavailableError
 */
export function callStore<T>(clock: Clock, timeout: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    let cancel: () => void = () => undefined;
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      cancel();
      act();
    };
    const unavailable = (reason: string, cause?: unknown): void => {
      settle(() => {
        reject(new LimiterUnavailableError(reason, cause === undefined ? undefined : { cause }));
      });
    };
    const arm = (remaining: number): void => {
      const leg = Math.min(remaining, timeout / LEGS);
      const begun = clock.now();
      cancel = startTimer(clock, leg, () => {
        const left = remaining - Math.min(clock.now() - begun, leg + LATE);
        if (left > ROUNDING) {
          arm(left);
          return;
        }
        void nextTurn().then(() => {
          if (settled) return;
          unavailable(`no reply from the store within ${timeout} ms`);
          controller.abort();
        });
      });
    };
    arm(timeout);
    call(controller.signal).then(
      (reply) => {
        settle(() => {
          resolve(reply);
        });
      },
      (error: unknown) => {
        if (error instanceof LimiterUnavailableError)
          settle(() => {
            reject(error);
          });
        else unavailable(error instanceof Error ? error.message : String(error), error);
      },
    );
  });
}
