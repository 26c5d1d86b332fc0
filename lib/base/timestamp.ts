import { nextTick } from './host.js';

/**
 * A moment on a clock: its milliseconds, or the turn of the event loop in which it lies.
 *
 * Reading the clock costs half as much as a whole call that succeeds at once, and mostly nobody asks when it began. So
 * where nothing in a policy measures time a moment is only lazyNow, and the clock is read when somebody asks for it, or
 * when the event loop is about to turn, whichever comes first. It is late by what is left of one turn at most: while
 * that lasts, no timer fires and no answer can arrive. All moments lazyNow in between share one reading.
 */
export type Timestamp = number | Turn;

class Turn {
  #ms: number | undefined = undefined;

  /** Milliseconds of the system clock. */
  read(): number {
    if (this.#ms === undefined) {
      this.#ms = performance.now();
      // Nobody opens another before this one is read.
      open = undefined;
    }
    return this.#ms;
  }
}

/** The turn that moments are lazyNow in now, until its time is read. */
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
