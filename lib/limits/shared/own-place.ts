import { askAfter } from './claimant-rules.js';
import { micros } from './key-view.js';
import { FOREVER } from './limit-state.js';
import type { CommandResult } from './store-link.js';

/** The place of this process in the store's line, for its first caller without a claim, and when to ask again. */
export class OwnPlace {
  /** When to send the next command for the caller; a moment in the past means at once. */
  askAt = -Infinity;
  /** Whether the store keeps a place for this process. */
  inLine = false;
  /** The tokens of each key that the place is for. */
  #costs: readonly number[] | undefined;

  /**
   * Derives the place from a reply.
   *
   * @param next What the first caller without a claim wants; undefined if every caller got one.
   * @param maxWait The longest wait of that caller, in milliseconds.
   * @param lead How many milliseconds before its tokens are due to ask.
   */
  applyReply(
    { reply, sent, received }: CommandResult,
    next: readonly number[] | undefined,
    maxWait: number,
    lead: number,
  ): void {
    const { place, claimed, crowd, doubt, parts } = reply;
    const entered = claimed.length > 0 || place <= micros(maxWait);
    this.inLine = place >= 0 && place < FOREVER && entered;
    this.#costs = this.inLine ? next : undefined;
    this.askAt = received;
    if (next === undefined) return;
    this.askAt = Math.max(received, sent + askAfter(place / 1000, lead, crowd > 0 ? doubt : 0, parts));
  }

  /** Forgets the place, because the store did not reply. */
  leave(): void {
    this.inLine = false;
    this.#costs = undefined;
  }

  /** Whether the place is for more tokens of a key than a caller wants: then it was for a caller that has left. */
  isForMore(costs: readonly number[] | undefined): boolean {
    return costs?.some((tokens, key) => tokens < (this.#costs?.[key] ?? -Infinity)) === true;
  }
}
