import type { LimitCommand, LimitReply } from './limit-state.js';

/**
 * Where shared limits keep their state. A store runs one step at a time on each key: it reads what is kept under the keys,
 * applies {@link stepLimits} with its own clock, and keeps the result, all of it or nothing.
 */
export interface LimitStore {
  /**
   * Runs one command on all of the keys at one moment.
   *
   * @param signal Aborts when nobody waits for the reply any more. A command that was not sent yet should not be sent then.
   */
  run(keys: readonly string[], command: LimitCommand, signal: AbortSignal): Promise<LimitReply>;
  /** Keys with the same slot can be asked in one command. Default: all of them. */
  slotOf?(key: string): string;
}
