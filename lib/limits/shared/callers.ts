import { Deadlines } from '../deadlines.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { WaiterQueue, type Waiter } from '../queue.js';
import { claimedEntries } from './claimant-rules.js';
import type { LocalClaim } from './local-claim.js';

/** The callers of one process that wait for the same shared limits, and how they are refused. */
export class Callers {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();

  add(waiter: Waiter): void {
    this.queue.push(waiter);
    // Without any time to wait, the reply decides.
    if (waiter.deadline !== waiter.since) this.#deadlines.add(waiter, this.queue.size);
  }

  /** The first that still wants its tokens. */
  get head(): Waiter | undefined {
    let { head } = this.queue;
    while (head?.dropIfAborted() === true) ({ head } = this.queue);
    return head;
  }

  /** What a newcomer and those before it want of each key; the same object if nobody is before it. */
  wantedWith(costs: readonly number[], priority: number): readonly number[] {
    // The amounts of combinations differ from key to key.
    const ahead = costs.length === 1 ? this.queue.tokensFrom(priority) : 0;
    return ahead === 0 ? costs : costs.map((tokens) => tokens + ahead);
  }

  /** When the time of one of them is up. */
  get deadline(): number {
    return this.#deadlines.first?.deadline ?? Infinity;
  }

  refuseOverdue(now: number): void {
    for (let { first } = this.#deadlines; first !== undefined && first.deadline <= now; { first } = this.#deadlines) {
      const maxWait = first.deadline - first.since;
      first.reject(new RateLimitTimeoutError(Math.max(maxWait, now - first.since), maxWait));
    }
  }

  /** Refuses the latest callers that would have to wait. */
  refuseBeyond(maxPending: number, claims: readonly LocalClaim[]): void {
    const waiting = this.queue.size - claimedEntries(claims);
    if (waiting <= maxPending) return;
    for (const waiter of this.unclaimed(claims, Infinity).slice(maxPending)) {
      waiter.reject(new LimiterFullError(maxPending));
    }
  }

  /** One error each: a caller may add to its own. */
  rejectAll(error: LimiterUnavailableError): void {
    for (let { head } = this.queue; head !== undefined; { head } = this.queue) head.reject(error.copy());
  }

  /** Those that have no claim, the first of them first. */
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
