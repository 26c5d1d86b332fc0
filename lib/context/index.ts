import { AsyncLocalStorage } from 'node:async_hooks';
import { processState } from '../base/process-state.js';
import type { Attempt } from '../engine/attempt.js';

const storage = new AsyncLocalStorage<object>();
// Importing this module is what switches it on; until then an attempt costs nothing more.
processState.aroundAttempt = (attempt, run) => storage.run(attempt, run);

/** The attempt in which the running code is, the innermost when nested; `undefined` outside. */
export const currentAttempt = (): Attempt | undefined => storage.getStore() as Attempt | undefined;
