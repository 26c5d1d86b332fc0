let running: AbortSignal | undefined;

/**
 * The signal of the attempt that is being begun: what runs before the attempt's function first awaits finds it here.
 * `@Throttle` does, which no argument of the method's tells. @internal
 */
export const runningSignal = (): AbortSignal | undefined => running;

/** Begins an attempt under its signal. @internal */
export function underSignal<T>(signal: AbortSignal, begin: () => T): T {
  const outer = running;
  running = signal;
  try {
    return begin();
  } finally {
    running = outer;
  }
}
