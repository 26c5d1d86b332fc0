import { abortReason, listen, unlisten } from '../base/abort.js';
import { channels } from '../base/channels.js';
import type { AcquireRequest } from './acquire-request.js';
import type { RateLimiter } from './rate-limiter.js';

let arrivals = 0;

/**
 * A caller that waits. It leaves the queue once: granted, rejected or aborted, whichever comes first. Ten thousand may
 * wait at once, so it holds what it needs and no object more.
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
  /** Its place among all waiters of all limiters: the lower, the earlier it came. */
  readonly arrival = (arrivals += 1);
  /** Since when a free slot is kept for it, and since when it was passed over: what limits of concurrency note here. */
  keptSince: number | undefined = undefined;
  passedSince: number | undefined = undefined;
  private readonly resolve: (waited: number) => void;
  private readonly onReject: ((error: unknown) => void) | undefined;
  readonly #abort: (() => void) | undefined;
  #queue: WaiterQueue | undefined = undefined;

  constructor(request: AcquireRequest, left: (wasHead: boolean) => void) {
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
      // One signal may end many waits, and the end of one may have been the turn of this one.
      if (this.#queue === undefined) return;
      const wasHead = this.#queue.head === this;
      this.reject(abortReason(signal));
      left(wasHead);
    };
    listen(signal, this.#abort);
  }

  /** Whether it still waits. */
  get waits(): boolean {
    return this.#queue !== undefined;
  }

  /** Rejects it if its signal has aborted, though its own listener may not have been called yet: nothing is charged then. */
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

  /** Leaves the queue with its tokens, and returns how long it waited. */
  grant(limiter: RateLimiter, now: number): void {
    const waited = this.waitedUntil(now);
    this.#leave();
    publishGrant(limiter, this.tokens, waited);
    this.resolve(waited);
  }

  /** Leaves the queue with its tokens; somebody else publishes the grant. */
  grantQuietly(now: number): void {
    this.#leave();
    this.resolve(this.waitedUntil(now));
  }

  /** Leaves the queue without. */
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

/** The waiters of one priority: a stretch of the queue. */
interface Rank {
  readonly priority: number;
  last: Waiter;
  tokens: number;
  /** In a combination, once a waiter needs different numbers of its members: the sum for each member. */
  costs: number[] | undefined;
}

/** Highest priority first, first come first served among equals. A waiter leaves from anywhere in constant time. */
export class WaiterQueue {
  head: Waiter | undefined = undefined;
  size = 0;
  /** Highest first. Few, as a rule one. */
  readonly #ranks: Rank[] = [];

  /** What all of them wait for together. */
  get tokens(): number {
    return this.tokensFrom(-Infinity);
  }

  /** What those wait for whose priority is at least this one; of one member, in a combination. */
  tokensFrom(priority: number, member?: number): number {
    let tokens = 0;
    for (const rank of this.#ranks) {
      if (rank.priority < priority) break;
      tokens += member === undefined ? rank.tokens : (rank.costs?.[member] ?? rank.tokens);
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
      this.#ranks.splice(at, 0, { priority, last: waiter, tokens, costs: waiter.costs?.slice() });
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
    // No drift: a rank without waiters is forgotten, with what it waited for.
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

  /** The place of the first rank whose priority is not above this one. */
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

/** Adds a waiter to what its rank waits for, or takes it out. */
function count(rank: Rank, { tokens, costs }: Waiter, sign: 1 | -1): void {
  // So far all needed as many of each member.
  if (costs !== undefined) rank.costs ??= costs.map(() => rank.tokens);
  rank.tokens += sign * tokens;
  rank.costs = rank.costs?.map((sum, i) => sum + sign * (costs === undefined ? tokens : (costs[i] as number)));
}

/** Publishes a grant, if anybody listens. */
export function publishGrant(limiter: RateLimiter, tokens: number, waited: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, tokens, waited });
}

/** Publishes a pause of `ms` milliseconds, if anybody listens. */
export function publishPause(limiter: RateLimiter, ms: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, paused: ms });
}
