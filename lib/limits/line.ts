import { systemClock } from '../base/clock.js';
import { LimiterFullError, RateLimitTimeoutError } from './errors.js';
import { Deadlines } from './deadlines.js';
import type { Reading } from './feedback.js';
import { LineTimer, SHORTEST_TIMER } from './line-timer.js';
import { WaiterQueue, type Waiter } from './queue.js';
import type { RateLimiter } from './rate-limiter.js';
import type { SteadyClock } from './steady-clock.js';

/** Marks a limiter of this process that may be a member of combinations. */
export const MEMBER: unique symbol = Symbol.for('tenax.member') as never;

/** What is kept back of a member for the oldest of its waiters that cannot go yet. */
export interface Keep {
  readonly tokens: number;
  /** When that waiter is due, on the steady clock; `Infinity` if that is not known. */
  readonly at: number;
  readonly waiter: Waiter;
}

/**
 * A limit of this process as its queues see it: pure questions about one moment, `now`, in milliseconds on its steady
 * clock, and one change, `charge`.
 */
export interface Member extends RateLimiter {
  readonly [MEMBER]: boolean;
  readonly time: SteadyClock;
  readonly maxPending: number;
  readonly pending: number;
  /** The queue of those that wait for it alone. */
  readonly line: Line;
  /** Every queue with waiters that need this limit: its own, and those of combinations. */
  readonly lines: Line[];
  keep: Keep | undefined;
  /** What is counted; undefined for limits of concurrency. */
  readonly unit: string | undefined;
  applyReading(reading: Reading): void;
  /** @throws TypeError or RangeError for what it can never grant. */
  checkCost(tokens: number): void;
  /** Whether that many may be taken now. */
  fits(tokens: number, now: number): boolean;
  /** Whether that many are more than the limit in force allows at all: the waiter keeps its place, others pass. */
  exceeds(tokens: number): boolean;
  /** Milliseconds until that many are there, if nobody else takes any; `Infinity` if that is not known. */
  waitFor(tokens: number, now: number): number;
  /** What one waits at least if that many are granted up to and including its own. */
  atLeast(tokens: number, now: number): number;
  /** Whether taking `tokens` now would delay the waiter that something is kept for. */
  delays(tokens: number, keep: Keep, now: number): boolean;
  /** Whether it keeps something back for a waiter that is due at that time. */
  keepsUntil(at: number): boolean;
  /** When what is kept is free for others although its waiter has not gone; `Infinity` if never. */
  keptUntil(keep: Keep, now: number): number;
  isPaused(now: number): boolean;
  /** Takes them. In test mode nothing is counted that need not be given back. */
  charge(tokens: number, now: number): void;
  /** As `settle`, of a charge that was made at a known time. */
  settleCharge(acquired: number, used: number, chargedAt: number): void;
  /** Told that somebody left one of its queues. */
  queueChanged(): void;
}

/**
 * The queue of one limiter or of one combination: by priority, then first come, first served. It has at most one timer,
 * which is set for the first waiter or the nearest deadline, whichever comes first.
 */
export class Line {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  readonly #wake: (line: Line) => void;
  readonly #timer = new LineTimer();

  /** Told that a waiter gave up. */
  readonly left: (wasHead: boolean) => void;

  constructor(
    readonly members: readonly Member[],
    /** Whose queue it is. */
    readonly owner: object,
    wake: (line: Line) => void,
    left: (line: Line, wasHead: boolean) => void,
  ) {
    this.#wake = wake;
    this.left = (wasHead) => {
      left(this, wasHead);
    };
  }

  get #time(): SteadyClock {
    return (this.members[0] as Member).time;
  }

  /** The time for those that wait. */
  now(): number {
    return this.#time.reanchor();
  }

  push(waiter: Waiter): void {
    if (this.queue.size === 0) for (const { lines } of this.members) lines.push(this);
    this.queue.push(waiter);
    this.#deadlines.add(waiter, this.queue.size);
  }

  /** The first whose turn may come: those that are larger than a limit in force are passed. */
  get candidate(): Waiter | undefined {
    let waiter = this.queue.head;
    while (waiter !== undefined && this.#exceeds(waiter)) waiter = waiter.next;
    return waiter;
  }

  fits(waiter: Waiter, now: number): boolean {
    return this.members.every((member, i) => member.fits(costOf(waiter, i), now));
  }

  /** Whether granting it now would delay one that something is kept for. */
  delays(waiter: Waiter, now: number): boolean {
    return this.members.some(
      (member, i) => member.keep !== undefined && member.delays(costOf(waiter, i), member.keep, now),
    );
  }

  waitFor(waiter: Waiter, now: number): number {
    let wait = 0;
    for (let i = 0; i < this.members.length; i += 1) {
      wait = Math.max(wait, (this.members[i] as Member).waitFor(costOf(waiter, i), now));
    }
    return wait;
  }

  /** Keeps back, in each member where nothing is kept yet, what this one needs. */
  keepFor(waiter: Waiter, now: number): void {
    const known = !this.members.some((member) => member.isPaused(now));
    const at = known ? now + this.waitFor(waiter, now) : Infinity;
    this.members.forEach((member, i) => {
      if (member.keep === undefined && member.keepsUntil(at)) member.keep = { tokens: costOf(waiter, i), at, waiter };
    });
  }

  charge(waiter: Waiter, now: number): void {
    for (let i = 0; i < this.members.length; i += 1) (this.members[i] as Member).charge(costOf(waiter, i), now);
  }

  /** A lower bound of what a newcomer would wait: those before it in this queue, and the oldest in the others. */
  atLeast(tokens: number, costs: readonly number[] | undefined, priority: number, now: number): number {
    let wait = 0;
    this.members.forEach((member, i) => {
      const cost = costs === undefined ? tokens : (costs[i] as number);
      const before = this.queue.tokensFrom(priority, i);
      wait = Math.max(wait, member.atLeast(before + cost + this.#aheadElsewhere(member, priority, now), now));
    });
    return wait;
  }

  /** What the oldest waiter of the other queues takes first, if this member is what it waits for. */
  #aheadElsewhere(member: Member, priority: number, now: number): number {
    let oldest: { line: Line; waiter: Waiter } | undefined;
    for (const line of member.lines) {
      const waiter = line === this ? undefined : line.candidate;
      if (waiter === undefined || waiter.priority < priority || line.waitFor(waiter, now) === Infinity) continue;
      if (oldest === undefined || isBefore(waiter, oldest.waiter)) oldest = { line, waiter };
    }
    if (oldest === undefined) return 0;
    const cost = costOf(oldest.waiter, oldest.line.members.indexOf(member));
    return member.waitFor(cost, now) === oldest.line.waitFor(oldest.waiter, now) ? cost : 0;
  }

  /** Refuses all whose time is up, except one that is due this very moment. Returns whether there were any. */
  refuseOverdue(now: number): boolean {
    let refused = false;
    for (let { first } = this.#deadlines; first !== undefined && first.deadline <= now; { first } = this.#deadlines) {
      const wait = first === this.candidate ? this.waitFor(first, now) : Infinity;
      if (wait > 0 && wait <= 2 * SHORTEST_TIMER) return refused;
      first.reject(this.timeoutError(first, now));
      refused = true;
    }
    return refused;
  }

  /** The error of a waiter whose time is up. */
  timeoutError(waiter: Waiter, now: number): RateLimitTimeoutError {
    const rest = this.atLeast(waiter.tokens, waiter.costs, Infinity, now);
    const maxWait = (waiter.deadline as number) - waiter.since;
    return new RateLimitTimeoutError(waiter.waitedUntil(now) + rest, maxWait);
  }

  /** The error of a newcomer that finds as many waiters as may wait. */
  fullError(): LimiterFullError | undefined {
    const full = this.members.find(({ pending, maxPending }) => pending >= maxPending);
    return full && new LimiterFullError(full.maxPending);
  }

  /** Takes an empty queue out of its members. */
  leaveIfEmpty(): void {
    if (this.queue.size > 0) return;
    this.#timer.cancel();
    for (const { lines } of this.members) {
      const at = lines.indexOf(this);
      if (at >= 0) lines.splice(at, 1);
    }
  }

  /** Whether its timer was set with fake timers that are gone, or before fake timers came. */
  get lostTimer(): boolean {
    return this.#timer.isLost;
  }

  /** Sets the timer for what comes next. On the real clock a waiter keeps the process alive, whatever it waits for. */
  arm(now: number): void {
    const { clock } = this.#time;
    const wait = this.queue.size === 0 ? undefined : this.#untilNext(now);
    this.#timer.set(clock, now, wait === Infinity && clock !== systemClock ? undefined : wait, () => {
      this.#wake(this);
    });
  }

  #untilNext(now: number): number {
    const { candidate } = this;
    const wait = candidate === undefined ? Infinity : this.#untilCandidate(candidate, now);
    return Math.min(wait, (this.#deadlines.first?.deadline ?? Infinity) - now);
  }

  #untilCandidate(candidate: Waiter, now: number): number {
    const wait = this.waitFor(candidate, now);
    if (wait > 0) return wait;
    // Everything is there, but kept for another.
    let free = Infinity;
    this.members.forEach((member, i) => {
      const { keep } = member;
      if (keep === undefined || keep.waiter === candidate || !member.delays(costOf(candidate, i), keep, now)) return;
      free = Math.min(free, member.keptUntil(keep, now));
    });
    return free - now;
  }

  #exceeds(waiter: Waiter): boolean {
    return this.members.some((member, i) => member.exceeds(costOf(waiter, i)));
  }
}

/** What a waiter needs of the i-th member of its line. */
export const costOf = ({ costs, tokens }: Waiter, i: number): number =>
  costs === undefined ? tokens : (costs[i] as number);

/** Whether one waiter is to be served before another: by priority, then by arrival. */
export const isBefore = (one: Waiter, other: Waiter): boolean =>
  one.priority === other.priority ? one.arrival < other.arrival : one.priority > other.priority;
