/**
 * What all copies of tenax in a process share: the ESM and the CommonJS build, or two versions side by side, must agree
 * on whether the process is under test and on which attempt is running.
 */
export interface ProcessState {
  /** Set by `setTesting` of `tenax/testing`: no sleeping, at most this many attempts, limiters grant at once. */
  testing: { readonly attempts: number } | undefined;
  /** Set when `tenax/context` is imported: runs an attempt so that `currentAttempt()` finds it. */
  aroundAttempt: (<T>(attempt: object, run: () => T) => T) | undefined;
}

const KEY = Symbol.for('tenax.process');
const shared = globalThis as { [KEY]?: ProcessState };

/** @internal */
export const processState: ProcessState = (shared[KEY] ??= { testing: undefined, aroundAttempt: undefined });
