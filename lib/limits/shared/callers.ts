import { Deadlines } from '../deadlines.js';
import { LimiterFullError, type LimiterUnavailableError } from '../errors.js';
import { WaiterQueue, type Waiter } from '../queue.js';
import { claimedEntries } from './claimant-rules.js';
import type { LocalClaim } from './local-claim.js';

/** The callers of this process that wait for the same shared limits. */
export class Callers {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();

  add(waiter: Waiter): void {
    this.queue.push(waiter);
    // With maxWait 0, the store's reply decides: the caller waits for that in any case.
    if (waiter.deadline !== waiter.since) this.#deadlines.add(waiter, this.queue.size);
  }

  /** The first caller whose signal has not aborted. Those before it are rejected. */
  get head(): Waiter | undefined {
    let { head } = this.queue;
    while (head?.dropIfAborted() === true) ({ head } = this.queue);
    return head;
  }

  /**
   * The tokens of each key that a newcomer and the callers before it want together. Returns `costs` itself if no caller is
   * before it.
   */
  wantedWith(costs: readonly number[], priority: number): readonly number[] {
    // In a combination the queue's sum says nothing about a single key. So the callers before it are left out.
    const ahead = costs.length === 1 ? this.queue.tokensFrom(priority) : 0;
    return ahead === 0 ? costs : costs.map((tokens) => tokens + ahead);
  }

  /** The earliest deadline of a caller; `Infinity` if no caller has one. */
  get deadline(): number {
    return this.#deadlines.first?.deadline ?? Infinity;
  }

  rejectOverdue(now: number): void {
    this.#deadlines.rejectOverdue(now);
  }

  /** Of the callers without a claim, keeps the first `maxPending` and rejects the others. */
  rejectBeyond(maxPending: number, claims: readonly LocalClaim[]): void {
    const waiting = this.queue.size - claimedEntries(claims);
    if (waiting <= maxPending) return;
    for (const waiter of this.unclaimed(claims, Infinity).slice(maxPending)) {
      waiter.reject(new LimiterFullError(maxPending));
    }
  }

  /** Rejects every caller with an error of its own, since callers may change the error that they catch. */
  rejectAll(error: LimiterUnavailableError): void {
    for (let { head } = this.queue; head !== undefined; { head } = this.queue) head.reject(error.copy());
  }

  /** The first `most` callers that have no claim, in their order. */
  unclaimed(claims: readonly LocalClaim[], most: number): Waiter[] {
    const waiters: Waiter[] = [];
    let skip = claimedEntries(claims);
    for (let waiter = this.queue.head; waiter !== undefined && waiters.length < most; waiter = waiter.next) {
      if (skip > 0) skip -= 1;
      else waiters.push(waiter);
    }
    return waiters;
  }
}
