import { systemClock, type Clock } from '../../base/clock.js';

/** Milliseconds that the wall clock may run ahead of the monotonic one before the system counts as suspended meanwhile. */
const SUSPENDED = 50;

/** What a claim was made for: one caller each. */
export interface Entry {
  readonly costs: readonly number[];
  /** Milliseconds from the step in the store until the tokens are there. */
  readonly span: number;
}

/** The times of the command that made a claim, in milliseconds. */
export interface CommandTimes {
  /** The step in the store was no earlier. */
  readonly sent: number;
  /** The step in the store was no later. */
  readonly received: number;
  /** `sent` on the wall clock. */
  readonly wall: number;
  /** How long after its due moment the claim may be taken. */
  readonly valid: number;
}

/** Tokens that the store has charged to this process. */
export class LocalClaim {
  /** How many callers have been served of it. */
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

  get left(): number {
    return this.entries.length - this.served;
  }

  /** The next caller that it has tokens for. */
  get next(): Entry {
    return this.entries[this.served] as Entry;
  }

  /** When the next tokens are certainly there. */
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

  /** Whether the next caller's tokens are enough for one that wants these. */
  covers(costs: readonly number[]): boolean {
    return costs.every((tokens, key) => tokens <= (this.next.costs[key] as number));
  }

  take(costs: readonly number[], now: number): void {
    this.served += 1;
    this.#lastGrant = now;
    costs.forEach((tokens, key) => (this.taken[key] = (this.taken[key] as number) + tokens));
  }

  /** What the store is told at the end of it, for one of the keys. The grant was no later than it says. */
  done(key: number): readonly [number: number, taken: number, late: number] {
    return [this.number, this.taken[key] as number, (this.#lastGrant - this.command.sent - this.#last.span) * 1000];
  }

  /** Tokens of a key that nobody took. */
  rest(key: number): number {
    return this.entries.reduce((sum, { costs }) => sum + (costs[key] as number), 0) - (this.taken[key] as number);
  }

  get #last(): Entry {
    return this.entries.at(-1) as Entry;
  }
}
