/** Runs an attempt within a scope of somebody's: a context, a span. */
export type AroundAttempt = <T>(attempt: object, run: () => T) => T;

/**
 * What all copies of tenax in a process share: the ESM and the CommonJS build, or two versions side by side, must agree
 * on whether the process is under test and on which attempt is running.
 */
export interface ProcessContext {
  /** Set by `setTesting` of `tenax/testing`: no sleeping, at most this many attempts, limiters grant at once. */
  testing: { readonly attempts: number } | undefined;
  /** Those who want each attempt to run within a scope of theirs; who came last is the outermost. */
  scopes: readonly AroundAttempt[];
  /** All of them as one; `undefined` where there are none, so that an attempt costs nothing more. */
  aroundAttempt: AroundAttempt | undefined;
}

const KEY = Symbol.for('tenax.process');
const shared = globalThis as { [KEY]?: ProcessContext };

/** @internal */
export const processContext: ProcessContext = (shared[KEY] ??= {
  testing: undefined,
  scopes: [],
  aroundAttempt: undefined,
});

function setScopes(scopes: readonly AroundAttempt[]): void {
  processContext.scopes = scopes;
  const [first, ...others] = scopes;
  processContext.aroundAttempt =
    first &&
    others.reduce<AroundAttempt>((inner, outer) => (attempt, run) => outer(attempt, () => inner(attempt, run)), first);
}

/** Lets every attempt run within `scope` too. Answers how to end it. */
export function surroundAttempts(scope: AroundAttempt): () => void {
  setScopes([...processContext.scopes, scope]);
  return () => {
    setScopes(processContext.scopes.filter((each) => each !== scope));
  };
}
