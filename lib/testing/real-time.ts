import timers from 'node:timers';

/**
 * Node's real timers, which fake timers that are installed later do not replace. They come from `node:timers`, because jest
 * replaces the global ones before a spec is loaded.
 */
const { setTimeout, clearTimeout, setImmediate } = timers;

/** Resolves after the next turn of the event loop, in which sockets are read. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits until microtasks and immediates have run: two turns, since an immediate may start another one. */
export async function settle(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** Calls `callback` after `ms` real milliseconds. Returns a function that cancels it. */
export function afterReal(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}
