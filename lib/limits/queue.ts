import { abortReason, listen, unlisten } from '../base/abort.js';
import { channels } from '../base/channels.js';
import type { AcquireRequest } from './acquire-request.js';
import type { RateLimiter } from './rate-limiter.js';

let arrivals = 0;

/**
 * A caller that waits. It leaves the queue once: granted, rejected or aborted, whichever comes first. Ten thousand may wait at
 * once, so it has as few objects of its own as possible.
 */
export class Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  readonly tokens: number;
  readonly costs: readonly number[] | undefined;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number | undefined;
  readonly priority: number;
  /** A number that grows with each waiter of any limiter. */
  readonly arrival = (arrivals += 1);
  /** Since when a limit of concurrency has kept a free slot for it. */
  reservedSince: number | undefined = undefined;
  /** Since when a limit of concurrency has let others pass it. */
  passedOverSince: number | undefined = undefined;
  private readonly resolve: (waited: number) => void;
  private readonly onReject: ((error: unknown) => void) | undefined;
  readonly #abort: (() => void) | undefined;
  #queue: WaiterQueue | undefined = undefined;

  /** @param onGiveUp Called after its signal has aborted. */
  constructor(request: AcquireRequest, onGiveUp: (wasHead: boolean) => void) {
    this.tokens = request.tokens;
    this.costs = request.costs;
    this.since = request.since;
    this.signal = request.signal;
    this.deadline = request.deadline;
    this.priority = request.priority ?? 0;
    this.resolve = request.resolve;
    this.onReject = request.reject;
    const { signal } = request;
    if (signal === undefined) return;
    this.#abort = () => {
      // One signal may abort several waits. When another of them left, this one may have been granted.
      if (this.#queue === undefined) return;
      const wasHead = this.#queue.head === this;
      this.reject(abortReason(signal));
      onGiveUp(wasHead);
    };
    listen(signal, this.#abort);
  }

  /** Whether it still waits. */
  get waits(): boolean {
    return this.#queue !== undefined;
  }

  /** Rejects it and returns true if its signal has aborted, even if its own listener was not called yet. */
  dropIfAborted(): boolean {
    const { signal } = this;
    if (signal?.aborted !== true) return false;
    this.reject(abortReason(signal));
    return true;
  }

  /** @internal */
  enter(queue: WaiterQueue): void {
    this.#queue = queue;
  }

  /** Leaves the queue with its tokens, and publishes the grant. */
  grant(limiter: RateLimiter, now: number): void {
    const waited = this.waitedUntil(now);
    this.#leave();
    publishGrant(limiter, this.tokens, waited);
    this.resolve(waited);
  }

  /** Leaves the queue with its tokens; the caller of this method publishes the grant. */
  grantQuietly(now: number): void {
    this.#leave();
    this.resolve(this.waitedUntil(now));
  }

  /** Leaves the queue without tokens. */
  reject(error: unknown): void {
    this.#leave();
    this.onReject?.(error);
  }

  waitedUntil(now: number): number {
    return Math.max(0, now - this.since);
  }

  #leave(): void {
    this.#queue?.remove(this);
    this.#queue = undefined;
    const { signal } = this;
    if (signal !== undefined) unlisten(signal, this.#abort as () => void);
  }
}

/** The waiters of one priority, which are next to one another in the queue. */
interface Rank {
  readonly priority: number;
  last: Waiter;
  /** The sum of the waiters' tokens. */
  tokens: number;
  /** The sum for each member of a combination, once a waiter has a different cost for some member. */
  costs: readonly number[] | undefined;
}

/** Waiters by priority, then in order of arrival. Removing a waiter takes constant time for a given number of priorities. */
export class WaiterQueue {
  head: Waiter | undefined = undefined;
  size = 0;
  /** Highest priority first. Most queues have one. */
  readonly #ranks: Rank[] = [];

  /** The sum of tokens of the waiters with at least this priority; in a combination, those of one member. */
  tokensFrom(priority: number, member = 0): number {
    let tokens = 0;
    for (const rank of this.#ranks) {
      if (rank.priority < priority) break;
      tokens += rank.costs?.[member] ?? rank.tokens;
    }
    return tokens;
  }

  /** The first `most` waiters, in their order. */
  first(most: number): Waiter[] {
    const waiters: Waiter[] = [];
    for (let waiter = this.head; waiter !== undefined && waiters.length < most; waiter = waiter.next)
      waiters.push(waiter);
    return waiters;
  }

  push(waiter: Waiter): void {
    const { priority, tokens } = waiter;
    const at = this.#find(priority);
    const rank = this.#ranks[at];
    if (rank?.priority === priority) {
      this.#insert(waiter, rank.last);
      rank.last = waiter;
      count(rank, waiter, 1);
    } else {
      this.#insert(waiter, this.#ranks[at - 1]?.last);
      this.#ranks.splice(at, 0, { priority, last: waiter, tokens, costs: waiter.costs });
    }
    waiter.enter(this);
  }

  /** @internal */
  remove(waiter: Waiter): void {
    const { previous, next, priority } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    this.size -= 1;
    const at = this.#find(priority);
    const rank = this.#ranks[at] as Rank;
    count(rank, waiter, -1);
    if (rank.last !== waiter) return;
    // A rank without waiters is removed together with its sums, so that rounding errors do not add up.
    if (previous?.priority === priority) rank.last = previous;
    else this.#ranks.splice(at, 1);
  }

  #insert(waiter: Waiter, previous: Waiter | undefined): void {
    const next = previous === undefined ? this.head : previous.next;
    waiter.previous = previous;
    waiter.next = next;
    if (previous === undefined) this.head = waiter;
    else previous.next = waiter;
    if (next !== undefined) next.previous = waiter;
    this.size += 1;
  }

  /** The index of the first rank whose priority is not above this one. */
  #find(priority: number): number {
    let low = 0;
    for (let high = this.#ranks.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((this.#ranks[middle] as Rank).priority > priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Adds a waiter's tokens to the sums of its rank, or subtracts them. */
function count(rank: Rank, { tokens, costs }: Waiter, sign: 1 | -1): void {
  // Until now, every waiter had the same cost for each member.
  if (costs !== undefined) rank.costs ??= costs.map(() => rank.tokens);
  rank.tokens += sign * tokens;
  rank.costs = rank.costs?.map((sum, i) => sum + sign * (costs === undefined ? tokens : (costs[i] as number)));
}

/** Publishes a grant on the diagnostics channel. */
export function publishGrant(limiter: RateLimiter, tokens: number, waited: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, tokens, waited });
}

/** Publishes a pause of `ms` milliseconds on the diagnostics channel. */
export function publishPause(limiter: RateLimiter, ms: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, paused: ms });
}
