import { abortReason, listen, unlisten } from './abort.js';

/** Where time comes from. Everything in tenax that waits or measures takes one as its `clock` option. */
export interface Clock {
  /** Milliseconds, monotonic: only differences mean anything. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` keeps its delay in 32 bits and fires at once when it is given more. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A timer that can be set for any length, `Infinity` included. Answers how to cancel it. */
export function setTimer(ms: number, callback: () => void): () => void {
  let left = ms;
  let timer: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    const leg = Math.min(left, LONGEST_TIMER);
    left -= leg;
    timer = setTimeout(left > 0 ? arm : callback, Math.ceil(leg));
  };
  arm();
  return () => {
    clearTimeout(timer);
  };
}

let turn: Promise<void> | undefined;
/** What was to bring it. */
let bringer: unknown;

/**
 * Lets the event loop turn once: timers fire and sockets are read before it resolves. All who ask in the same turn
 * share it. `setTimeout(0)` would cost a millisecond; it serves only where there is no `setImmediate`.
 */
export function nextTurn(): Promise<void> {
  const bring: (callback: () => void) => unknown = typeof setImmediate === 'function' ? setImmediate : setTimeout;
  // A turn that fake timers were to bring does not come once they are gone.
  if (turn !== undefined && bringer === bring) return turn;
  bringer = bring;
  const coming = new Promise<void>((resolve) => {
    bring(() => {
      if (turn === coming) turn = undefined;
      resolve();
    });
  });
  turn = coming;
  return coming;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(abortReason(signal));
  if (!(ms > 0)) return nextTurn();
  if (signal === undefined) {
    // A hundred thousand may sleep at once: no closure more than it takes.
    return new Promise((resolve) => {
      if (ms <= LONGEST_TIMER) setTimeout(resolve, Math.ceil(ms));
      else setTimer(ms, resolve);
    });
  }
  return new Promise((resolve, reject) => {
    const cancel = setTimer(ms, () => {
      unlisten(signal, abort);
      resolve();
    });
    const abort = (): void => {
      cancel();
      reject(abortReason(signal));
    };
    listen(signal, abort);
  });
}

/**
 * The real time: `performance.now()` and `setTimeout`. A sleep longer than 2³¹−1 ms lasts as long as it says; a sleep
 * of 0 lets the event loop turn. The globals are looked up at every call, so fake timers installed later are used.
 */
export const systemClock: Clock = { now: () => performance.now(), sleep };

/**
 * Calls `callback` once `ms` milliseconds have passed on `clock`. Answers how to cancel it, which works on a clock that
 * ignores its signal too.
 */
export function startTimer(clock: Clock, ms: number, callback: () => void): () => void {
  if (clock === systemClock) return setTimer(ms, callback);
  const controller = new AbortController();
  const { signal } = controller;
  void clock.sleep(ms, signal).then(
    () => {
      if (!signal.aborted) callback();
    },
    () => undefined,
  );
  return () => {
    controller.abort();
  };
}
