import type { LimitCommand, LimitReply } from './limit-state.js';

/**
 * Keeps the state of shared limits. A store runs one step at a time on each key: it reads the states of the keys, applies
 * {@link stepLimits} with its own clock, and writes the result, all of it or nothing.
 */
export interface LimitStore {
  /**
   * Runs one command on all of the keys atomically.
   *
   * @param signal Aborts when nobody waits for the reply any more. Do not send the command then.
   */
  run(keys: readonly string[], command: LimitCommand, signal: AbortSignal): Promise<LimitReply>;
  /** Keys with the same slot can be asked in one command. Default: all of them. */
  slotOf?(key: string): string;
}
