/** Runs an attempt within a scope, such as a context or a span. */
export type AroundAttempt = <T>(attempt: object, run: () => T) => T;

/** What an attempt passes to the decorators and gates inside it. */
export interface RunningAttempt {
  /** Aborts when the caller aborts and when the attempt is cut off. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the deadline of the call; `Infinity` without one. */
  readonly remaining: () => number;
  /** Asks the breakers above again, after a wait below them. Throws their refusal. */
  readonly confirm: () => void;
  /**
   * Called when a wait below begins and when it has ended: an attempt that is cut off in between says nothing about the
   * server.
   */
  readonly waiting?: (waits: boolean) => void;
}

/**
 * What all copies of tenax in a process share: the ESM and the CommonJS build, or two versions side by side.
 */
export interface ProcessContext {
  /**
   * The attempt whose function is being called right now. It is set only until that function first returns: what runs in
   * it before it awaits, such as `@Throttle`, finds it here.
   */
  running: RunningAttempt | undefined;
  /** Makes one gate of any limits, where the module that can is loaded: policies use it for limiters that are not tenax's own. */
  limitGate?: ((limits: readonly unknown[], options: object) => unknown) | undefined;
  /** Set by `setTesting` of `tenax/testing`: no sleeping, at most this many attempts, limiters grant at once. */
  testing: { readonly attempts: number } | undefined;
  /** The scopes in which each attempt runs; the last one is the outermost. */
  scopes: readonly AroundAttempt[];
  /** All scopes combined; `undefined` without any, so that an attempt costs nothing more. */
  aroundAttempt: AroundAttempt | undefined;
}

const KEY = Symbol.for('tenax.process');
const shared = globalThis as { [KEY]?: ProcessContext };

/** @internal */
export const processContext: ProcessContext = (shared[KEY] ??= {
  testing: undefined,
  running: undefined,
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

/** Makes every attempt run within `scope` too. Returns a function that ends this. */
export function surroundAttempts(scope: AroundAttempt): () => void {
  setScopes([...processContext.scopes, scope]);
  return () => {
    setScopes(processContext.scopes.filter((each) => each !== scope));
  };
}

/** Begins an attempt: what its function calls before it first awaits sees `attempt` as the running one. @internal */
export function runAttempt<T>(attempt: RunningAttempt, begin: () => T): T {
  const outer = processContext.running;
  processContext.running = attempt;
  try {
    return begin();
  } finally {
    processContext.running = outer;
  }
}
