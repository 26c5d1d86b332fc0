import { comeAfter } from './claimant-rules.js';
import { micros } from './key-view.js';
import { FOREVER } from './limit-state.js';
import type { Answered } from './store-link.js';

/** Where the first caller without a claim stands in the store's line, and when to ask for it. */
export class Place {
  /** When the process is to ask; at once, if in the past. */
  comeAt = Infinity;
  /** Whether the store keeps a place for it. */
  inLine = false;
  /** What the place is for. */
  #costs: readonly number[] | undefined;

  /** Learns when to come for the first caller that got no claim. @param lead how early to ask, in milliseconds */
  replied(
    { reply, sent, received }: Answered,
    next: readonly number[] | undefined,
    maxWait: number,
    lead: number,
  ): void {
    const { place, claimed, crowd, doubt, parts } = reply;
    const entered = claimed.length > 0 || place <= micros(maxWait);
    this.inLine = place >= 0 && place < FOREVER && entered;
    this.#costs = this.inLine ? next : undefined;
    this.comeAt = received;
    if (next === undefined) return;
    this.comeAt = Math.max(received, sent + comeAfter(place / 1000, lead, crowd > 0 ? doubt : 0, parts));
  }

  leave(): void {
    this.inLine = false;
    this.#costs = undefined;
  }

  /** Whether it is for more of something than a caller wants: then it is another's, who has left. */
  isForMore(costs: readonly number[] | undefined): boolean {
    return costs?.some((tokens, key) => tokens < (this.#costs?.[key] ?? -Infinity)) === true;
  }
}
