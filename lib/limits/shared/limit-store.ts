import type { LimitCommand, LimitReply } from './limit-state.js';

/**
 * Keeps the state of shared limits. A store runs one command at a time on each key: it reads the states of the keys, applies
 * {@link stepLimits} with its own clock, and writes the result atomically.
 */
export interface LimitStore {
  /**
   * Runs one command on all of the keys atomically.
   *
   * @param signal Aborts when nobody waits for the reply any more. A command that was not sent by then must not be sent.
   */
  run(keys: readonly string[], command: LimitCommand, signal: AbortSignal): Promise<LimitReply>;
  /** Returns the slot of a key. Only keys of one slot are sent in one command. Default: all keys have the same slot. */
  slotOf?(key: string): string;
}
