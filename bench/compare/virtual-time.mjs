/**
 * Time for experiments about limits: timers and clocks of the process that move on only when everything else is done. So a
 * slow machine does not change what is seen, and seconds take none. Timers fire in whole milliseconds, as Node's do.
 */
const { setImmediate: nextTurn } = globalThis;
const turn = () => new Promise((resolve) => void nextTurn(resolve));

/** Calls `start`, and lets so many milliseconds pass. Restores the clocks in the end. */
export async function virtually(ms, start) {
  const { setTimeout, clearTimeout, setInterval, clearInterval, Date: RealDate } = globalThis;
  const realNow = performance.now;
  const begun = RealDate.now();
  const timers = new Map();
  let now = 0;
  let made = 0;
  const add =
    (every) =>
    (fn, wait, ...args) => {
      const delay = Math.max(1, Math.trunc(Number(wait) || 0));
      const id = (made += 1);
      const handle = {
        ref: () => handle,
        unref: () => handle,
        hasRef: () => true,
        refresh: () => handle,
        [Symbol.toPrimitive]: () => id,
      };
      timers.set(id, { due: now + delay, every: every ? delay : undefined, call: () => fn(...args) });
      return handle;
    };
  const clear = (handle) => void (handle !== undefined && handle !== null && timers.delete(Number(handle)));
  class VirtualDate extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(begun + now);
      else super(...args);
    }
    static now() {
      return begun + now;
    }
  }
  Object.assign(globalThis, {
    setTimeout: add(false),
    clearTimeout: clear,
    setInterval: add(true),
    clearInterval: clear,
    Date: VirtualDate,
  });
  performance.now = () => now;
  try {
    start();
    for (;;) {
      for (let i = 0; i < 4; i += 1) await turn();
      let next;
      for (const [id, timer] of timers) if (next === undefined || timer.due < next.timer.due) next = { id, timer };
      if (next === undefined || next.timer.due >= ms) return;
      now = Math.max(now, next.timer.due);
      if (next.timer.every === undefined) timers.delete(next.id);
      else next.timer.due = now + next.timer.every;
      next.timer.call();
    }
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, Date: RealDate });
    performance.now = realNow;
  }
}
