import { AsyncLocalStorage } from 'node:async_hooks';
import { surroundAttempts } from '../base/process-context.js';
import type { Attempt } from '../engine/attempt.js';
import { noticeNested } from './nested.js';

const storage = new AsyncLocalStorage<Attempt>();

// Importing this module is what switches it on; until then an attempt costs nothing more.
surroundAttempts((attempt, run) => {
  const outer = storage.getStore();
  if (outer !== undefined) noticeNested(outer, attempt as Attempt);
  return storage.run(attempt as Attempt, run);
});

/**
 * Returns the attempt that the running code belongs to: `number` from 1, `signal`, `state`. If calls are nested, it is the
 * innermost attempt; outside an attempt it is `undefined`. It works through promises, timers and callbacks (Node's
 * AsyncLocalStorage).
 */
export const currentAttempt = (): Attempt | undefined => storage.getStore();
