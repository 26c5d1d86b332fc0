import type { Waiter } from '../limits/queue.js';

/** A lease is at most this long, in milliseconds of the rate. */
const LONGEST = 100;

/**
 * How many tokens to reserve at once for the head of a queue and those behind it. One who named `maxWait` may be refused,
 * so nobody is taken along with it.
 */
export function leaseSize(head: Waiter, rate: number, capacity: number): number {
  const most = Math.min(capacity / 2, (rate * LONGEST) / 1000);
  let { tokens } = head;
  if (head.deadline !== undefined) return tokens;
  for (let { next } = head; next !== undefined && next.deadline === undefined; { next } = next) {
    if (tokens + next.tokens > most) break;
    tokens += next.tokens;
  }
  return tokens;
}

/**
 * Tokens that this process has reserved: they come in one after another at the rate, until all are there. A pause, which
 * holds back even those that are there, is the bucket's to know.
 */
export class Lease {
  used = 0;

  constructor(
    readonly total: number,
    /** When all are there, in milliseconds on this process's clock. */
    private readonly end: number,
    private readonly perMs: number,
    /** Which reservation it is. */
    private readonly turn: number,
  ) {}

  get unused(): number {
    return this.total - this.used;
  }

  /** What the server is told when nobody wants the rest. */
  get rest(): { readonly tokens: number; readonly turn: number } | undefined {
    return this.unused > 0 ? { tokens: this.unused, turn: this.turn } : undefined;
  }

  covers(tokens: number): boolean {
    return this.used + tokens <= this.total;
  }

  /** When the next `tokens` are there. */
  dueTime(tokens: number): number {
    return this.end - (this.unused - tokens) / this.perMs;
  }

  take(tokens: number): void {
    this.used += tokens;
  }
}
