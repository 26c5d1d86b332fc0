import { abortReason, listen, unlisten } from './abort.js';
import { checkSignal, formatValue } from './check.js';
import { isThenable } from './thenable.js';
import { nextTick } from './host.js';

/** Where time comes from. Everything in tenax that waits or measures takes one as its `clock` option. */
export interface Clock {
  /** Monotonic milliseconds: only differences have a meaning. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` stores its delay in 32 bits and fires at once for a longer one. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The timers of the platform; undefined if fake ones of jest, Vitest or sinon, which show their clock, came before them. */
const nativeTimeout = 'clock' in setTimeout ? undefined : setTimeout;

/**
 * Whether a timer fired before its time: by up to a millisecond, since platforms cut the time off. A wait must not be shorter
 * than what a server asked for. Fake timers may move while the clock stands still.
 */
function firedEarly(time: number): boolean {
  const rest = time - performance.now();
  return rest > 0 && rest < 1 && setTimeout === nativeTimeout;
}

/** Sets a timer of any length, `Infinity` included. Returns a function that cancels it. */
export function setTimer(ms: number, callback: () => void): () => void {
  const time = performance.now() + ms;
  let left = ms;
  let timer: ReturnType<typeof setTimeout>;
  const fire = (): void => {
    if (firedEarly(time)) timer = setTimeout(fire, 1);
    else callback();
  };
  const arm = (): void => {
    const leg = Math.min(left, LONGEST_TIMER);
    left -= leg;
    timer = setTimeout(left > 0 ? arm : fire, Math.ceil(leg));
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
 * Lets the event loop turn once: timers fire and sockets are read before it resolves. All callers in the same turn share
 * it. `setTimeout(0)` would cost a millisecond; it serves only where there is no `setImmediate`.
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
    // A hundred thousand may sleep at once. To sleep a millisecond longer takes less memory than a check for an early timer.
    const spare = setTimeout === nativeTimeout ? 1 : 0;
    return new Promise((resolve) => {
      if (ms <= LONGEST_TIMER - 1) setTimeout(resolve, Math.ceil(ms) + spare);
      else setTimer(ms, resolve);
    });
  }
  return new Promise((resolve, reject) => {
    checkSignal('sleep: signal', signal);
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

const KEY = Symbol.for('tenax.systemClock');

/**
 * Real time: `performance.now()` and `setTimeout`. A sleep longer than 2³¹−1 ms lasts its full length; a sleep of 0 lets
 * the event loop turn. The globals are looked up at every call, so fake timers installed later are used. All copies of the
 * package share this object: limits of two copies run on one clock.
 */
export const systemClock: Clock = ((globalThis as { [KEY]?: Clock })[KEY] ??= { now: () => performance.now(), sleep });

/**
 * Calls `callback` once `ms` milliseconds have passed on `clock`. Returns a function that cancels it, even on a clock that
 * ignores its signal.
 */
export function startTimer(clock: Clock, ms: number, callback: () => void): () => void {
  if (clock === systemClock) return setTimer(ms, callback);
  const controller = new AbortController();
  const { signal } = controller;
  const asleep: unknown = clock.sleep(ms, signal);
  if (!isThenable(asleep))
    throw new TypeError(`sleep of the clock must return a Promise, it returned ${formatValue(asleep)}`);
  void asleep.then(
    () => {
      if (!signal.aborted) callback();
    },
    () => undefined,
  );
  return () => {
    controller.abort();
  };
}

/**
 * A moment on a clock: its milliseconds, or the turn of the event loop in which it lies.
 *
 * Reading the clock costs half as much as a whole call that succeeds at once, and mostly nobody asks when it began. So
 * where nothing in a policy measures time, a moment is only noted, and the clock is read when somebody asks for it, or
 * when the event loop is about to turn, whichever comes first. It is late by what is left of one turn at most: while
 * that lasts, no timer fires and no answer can arrive. All moments noted in between share one reading.
 */
export type Timestamp = number | Turn;

class Turn {
  #ms: number | undefined = undefined;

  /** Milliseconds of the system clock. */
  read(): number {
    if (this.#ms === undefined) {
      this.#ms = performance.now();
      // No other turn is opened before this one is read.
      open = undefined;
    }
    return this.#ms;
  }
}

/** The turn in which moments are noted now, until its time is read. */
let open: Turn | undefined;
let closing = false;

function close(): void {
  closing = false;
  open?.read();
}

// Where there is no nextTick, and where somebody has put a clock of their own in the place of the global one, every moment
// is read at once.
// eslint-disable-next-line @typescript-eslint/unbound-method -- compared, never called
const nativeNow = performance.now;

function openTurn(): Timestamp {
  if (nextTick === undefined || performance.now !== nativeNow) return performance.now();
  open = new Turn();
  if (!closing) {
    closing = true;
    nextTick(close);
  }
  return open;
}

/** This moment of the system clock, to be read later. */
export const lazyNow = (): Timestamp => open ?? openTurn();

/** The milliseconds of a moment. */
export const toMilliseconds = (instant: Timestamp): number => (typeof instant === 'number' ? instant : instant.read());
