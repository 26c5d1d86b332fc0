import { AsyncLocalStorage } from 'node:async_hooks';
import { surroundAttempts } from '../base/process-context.js';
import type { Attempt } from '../engine/attempt.js';
import { noticeNested } from './nested.js';

const storage = new AsyncLocalStorage<Attempt>();

// Importing this module turns it on. Without it, attempts have no extra cost.
surroundAttempts((attempt, run) => {
  const outer = storage.getStore();
  if (outer !== undefined) noticeNested(outer, attempt as Attempt);
  return storage.run(attempt as Attempt, run);
});

/**
 * Returns the attempt that the running code belongs to: its `number` (from 1), `signal` and `state`. In nested calls it is the
 * innermost attempt. Outside an attempt it is undefined. It works through promises, timers and callbacks, by means of Node's
 * AsyncLocalStorage.
 *
 * @example
 * ```ts
 * import { retry, stop } from 'tenax';
 * import { currentAttempt } from 'tenax/context';
 *
 * const number = await retry(async () => currentAttempt()?.number, { stop: stop.afterAttempt(3) })();
 * console.assert(number === 1 && currentAttempt() === undefined);
 * ```
 */
export const currentAttempt = (): Attempt | undefined => storage.getStore();
