import { Deadlines } from '../deadlines.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { WaiterQueue, type Waiter } from '../queue.js';
import { claimedEntries } from './claimant-rules.js';
import type { LocalClaim } from './local-claim.js';

/** The callers of this process that wait for the same shared limits. */
export class Callers {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  /** Those that take only what is there. */
  readonly #impatient = new Deadlines();

  add(waiter: Waiter): void {
    this.queue.push(waiter);
    // With maxWait 0, the store's reply decides: the caller waits for that in any case.
    (isImpatient(waiter) ? this.#impatient : this.#deadlines).add(waiter, this.queue.size);
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

  /**
   * Rejects the callers with a `maxWait` of 0 behind the first one without a claim, since that one has to wait. Returns true
   * if the first one has a `maxWait` of 0 itself: then only the store knows whether it has to wait.
   */
  rejectImpatient(claims: readonly LocalClaim[]): boolean {
    if (this.#impatient.first === undefined) return false;
    const [first] = this.unclaimed(claims, 1);
    if (first !== undefined && isImpatient(first)) return true;
    rejectImpatient(first?.next);
    return false;
  }

  /** Rejects the callers that cannot wait for a local share: those with a `maxWait` of 0, and those beyond `maxPending`. */
  rejectThoseThatCannotWait(maxPending: number): void {
    if (this.#impatient.first !== undefined) rejectImpatient(this.queue.head);
    rejectBeyond(this.queue, maxPending);
  }

  /** Of the callers without a claim, keeps the first `maxPending` and rejects the others. */
  rejectBeyond(maxPending: number, claims: readonly LocalClaim[]): void {
    rejectBeyond(this.queue, maxPending, claimedEntries(claims));
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

/** Whether a caller's `maxWait` is 0. */
export const isImpatient = ({ deadline, since }: Waiter): boolean => deadline !== undefined && deadline <= since;

/** Rejects those with a `maxWait` of 0 among a caller and all behind it. */
export function rejectImpatient(from: Waiter | undefined): void {
  for (let waiter = from; waiter !== undefined;) {
    const { next } = waiter;
    if (isImpatient(waiter)) waiter.reject(new RateLimitTimeoutError(Infinity, 0));
    waiter = next;
  }
}

/** Of the waiters of a queue behind the first `served`, keeps the first `maxPending` and rejects the others. */
export function rejectBeyond(queue: WaiterQueue, maxPending: number, served = 0): void {
  const kept = served + maxPending;
  if (queue.size <= kept) return;
  for (const waiter of queue.first(Infinity).slice(kept)) waiter.reject(new LimiterFullError(maxPending));
}
