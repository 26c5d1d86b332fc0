import { processContext, runAttempt } from './process-context.js';

/** The signal of the attempt that is being begun. @internal */
export const runningSignal = (): AbortSignal | undefined => processContext.running?.signal;

/** Begins an attempt under its signal. @internal */
export const underSignal = <T>(signal: AbortSignal, begin: () => T): T =>
  runAttempt({ signal, remaining: () => Infinity, confirm: () => undefined }, begin);
