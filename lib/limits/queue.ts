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
  readonly reject: (error: unknown) => void;
}

/** One who waits for tokens. It leaves the queue once: granted, rejected or aborted, whichever comes first. */
export class Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  readonly #wish: Wish;
  readonly #abort: (() => void) | undefined;
  #queue: WaiterQueue | undefined = undefined;

  constructor(wish: Wish, left: (wasHead: boolean) => void) {
    this.#wish = wish;
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

  get tokens(): number {
    return this.#wish.tokens;
  }

  get since(): number {
    return this.#wish.since;
  }

  get deadline(): number | undefined {
    return this.#wish.deadline;
  }

  /** Rejects it if its signal has aborted, though its own listener may not have been called yet: nothing is charged then. */
  dropIfAborted(): boolean {
    const { signal } = this.#wish;
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
    const { tokens, since, resolve } = this.#wish;
    const waited = Math.max(0, now - since);
    tellGrant(limiter, tokens, waited);
    resolve(waited);
  }

  /** Leaves the queue without. */
  reject(error: unknown): void {
    this.#leave();
    this.#wish.reject(error);
  }

  #leave(): void {
    this.#queue?.remove(this);
    this.#queue = undefined;
    const { signal } = this.#wish;
    if (signal !== undefined && this.#abort !== undefined) unlisten(signal, this.#abort);
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
