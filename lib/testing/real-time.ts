import timers from 'node:timers';

/**
 * The timers of Node themselves, taken when this file is loaded: fake timers that are installed later do not stand in for
 * them. `node:timers`, because jest replaces those of the global object before a spec is loaded.
 */
const { setTimeout, clearTimeout, setImmediate } = timers;

/** Resolves after the next turn of the event loop: sockets are read before it. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets microtasks and immediates run out: two turns, for what an immediate starts in its turn. */
export async function settle(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** Calls `callback` after `ms` real milliseconds. Returns how to cancel it. */
export function afterReal(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}
