import { listen, unlisten } from '../base/abort.js';
import { channels } from '../base/channels.js';
import type { RateLimiter } from './rate-limiter.js';

/** What one who waits wants, and how it is answered. */
export interface Wish {
  readonly tokens: number;
  /** When it came, in milliseconds on the limiter's clock. */
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  /** By when it must be granted, where somebody else may refuse it later. */
  readonly deadline?: number | undefined;
  readonly resolve: (waited: number) => void;
  /** Left out where nothing can end the wait but a grant. */
  readonly reject: ((error: unknown) => void) | undefined;
}

/**
 * One who waits for tokens. It leaves the queue once: granted, rejected or aborted, whichever comes first. Ten thousand
 * may wait at once, so it holds what it needs and no object more.
 */
export class Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  readonly tokens: number;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly deadline: number | undefined;
  private readonly resolve: (waited: number) => void;
  private readonly onReject: ((error: unknown) => void) | undefined;
  readonly #abort: (() => void) | undefined;
  #queue: WaiterQueue | undefined = undefined;

  constructor(wish: Wish, left: (wasHead: boolean) => void) {
    this.tokens = wish.tokens;
    this.since = wish.since;
    this.signal = wish.signal;
    this.deadline = wish.deadline;
    this.resolve = wish.resolve;
    this.onReject = wish.reject;
    const { signal } = wish;
    if (signal === undefined) return;
    this.#abort = () => {
      // One signal may end many waits, and the end of one may have been the turn of this one.
      if (this.#queue === undefined) return;
      const wasHead = this.#queue.head === this;
      this.reject(signal.reason);
      left(wasHead);
    };
    listen(signal, this.#abort);
  }

  /** Rejects it if its signal has aborted, though its own listener may not have been called yet: nothing is charged then. */
  dropIfAborted(): boolean {
    const { signal } = this;
    if (signal?.aborted !== true) return false;
    this.reject(signal.reason);
    return true;
  }

  /** @internal */
  enter(queue: WaiterQueue): void {
    this.#queue = queue;
  }

  /** Leaves the queue with its tokens. */
  grant(limiter: RateLimiter, now: number): void {
    this.#leave();
    const waited = Math.max(0, now - this.since);
    tellGrant(limiter, this.tokens, waited);
    this.resolve(waited);
  }

  /** Leaves the queue without. */
  reject(error: unknown): void {
    this.#leave();
    this.onReject?.(error);
  }

  #leave(): void {
    this.#queue?.remove(this);
    this.#queue = undefined;
    const { signal } = this;
    if (signal !== undefined) unlisten(signal, this.#abort as () => void);
  }
}

/** First come, first served; a waiter leaves from anywhere in constant time. */
export class WaiterQueue {
  head: Waiter | undefined = undefined;
  size = 0;
  /** What all of them wait for together. */
  tokens = 0;
  #tail: Waiter | undefined = undefined;

  push(waiter: Waiter): void {
    waiter.enter(this);
    waiter.previous = this.#tail;
    if (this.#tail === undefined) this.head = waiter;
    else this.#tail.next = waiter;
    this.#tail = waiter;
    this.size += 1;
    this.tokens += waiter.tokens;
  }

  /** @internal */
  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    this.size -= 1;
    // No drift: an empty queue waits for nothing.
    this.tokens = this.size === 0 ? 0 : this.tokens - waiter.tokens;
  }
}

/** Publishes a grant, where anybody listens. */
export function tellGrant(limiter: RateLimiter, tokens: number, waited: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, tokens, waited });
}

/** Publishes a pause of `ms` milliseconds, where anybody listens. */
export function tellPause(limiter: RateLimiter, ms: number): void {
  if (channels.limiter.hasSubscribers) channels.limiter.publish({ limiter, paused: ms });
}
