import { systemClock, type Clock } from '../../base/clock.js';

/** Milliseconds: if the wall clock ran ahead of the monotonic one by more, the system was suspended meanwhile. */
const SUSPENDED = 50;

/** The part of a claim that one caller gets. */
export interface Entry {
  /** The tokens of each key. */
  readonly costs: readonly number[];
  /** Milliseconds from the step in the store until the tokens are there. */
  readonly span: number;
}

/** The times of the command that made a claim, in milliseconds. */
export interface CommandTimes {
  /** When it was sent; the store applied it no earlier. */
  readonly sent: number;
  /** When the reply came; the store applied it no later. */
  readonly received: number;
  /** `sent` on the wall clock. */
  readonly wall: number;
  /** How long after its due moment the claim may be granted. */
  readonly valid: number;
}

/** Tokens that the store has charged to this process. */
export class LocalClaim {
  /** How many callers got their tokens. */
  served = 0;
  /** Tokens of each key that were granted. */
  readonly taken: number[];
  #lastGrant = 0;

  constructor(
    readonly number: number,
    readonly entries: readonly Entry[],
    private readonly command: CommandTimes,
    private readonly clock: Clock,
  ) {
    this.taken = (entries[0] as Entry).costs.map(() => 0);
  }

  /** For how many callers it still has tokens. */
  get unserved(): number {
    return this.entries.length - this.served;
  }

  /** The part for the next caller. */
  get next(): Entry {
    return this.entries[this.served] as Entry;
  }

  /** When the next caller's tokens are certainly there. */
  get due(): number {
    return this.command.received + this.next.span;
  }

  /** Whether it may have lapsed in the store. */
  hasLapsed(now: number): boolean {
    const { sent, wall, valid } = this.command;
    const passed = now - sent;
    const asleep = this.clock === systemClock ? Date.now() - wall - passed : 0;
    return passed > this.#last.span + valid || asleep > SUSPENDED;
  }

  /** Whether the next part is enough for a caller that wants `costs`. */
  covers(costs: readonly number[]): boolean {
    return costs.every((tokens, key) => tokens <= (this.next.costs[key] as number));
  }

  /** Grants `costs` from the next part. */
  take(costs: readonly number[], now: number): void {
    this.served += 1;
    this.#lastGrant = now;
    costs.forEach((tokens, key) => (this.taken[key] = (this.taken[key] as number) + tokens));
  }

  /** What the store is told about a key when the claim has ended. `late` is an upper bound. */
  endReport(key: number): readonly [number: number, taken: number, late: number] {
    return [this.number, this.taken[key] as number, (this.#lastGrant - this.command.sent - this.#last.span) * 1000];
  }

  /** The tokens of a key that were not granted. */
  unused(key: number): number {
    return this.entries.reduce((sum, { costs }) => sum + (costs[key] as number), 0) - (this.taken[key] as number);
  }

  get #last(): Entry {
    return this.entries.at(-1) as Entry;
  }
}
