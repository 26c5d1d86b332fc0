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

/** Tokens reserved for the first waiter that cannot be granted yet. Others may not delay it: EASY backfilling (Lifka 1995). */
export interface Reservation {
  readonly tokens: number;
  /** When the waiter is due, in milliseconds on the steady clock; `Infinity` if that is not known. */
  readonly at: number;
  readonly waiter: Waiter;
}

/**
 * A limit of this process, as its queues use it. Methods with a parameter `now` are about that moment, in milliseconds on the
 * limit's steady clock; only `charge` takes tokens.
 */
export interface Member extends RateLimiter {
  readonly [MEMBER]: boolean;
  readonly time: SteadyClock;
  readonly maxPending: number;
  readonly pending: number;
  /** The queue of callers that wait for this limit alone. */
  readonly line: Line;
  /** The queues with waiters that need this limit: its own, and those of combinations. */
  readonly lines: Line[];
  reservation: Reservation | undefined;
  /** What is counted; undefined for limits of concurrency. */
  readonly unit: string | undefined;
  applyReading(reading: Reading): void;
  /** @throws TypeError or RangeError for a cost that it can never grant. */
  checkCost(tokens: number): void;
  /** Whether `tokens` may be taken now. */
  fits(tokens: number, now: number): boolean;
  /** Whether `tokens` exceed the limit in force. Such a waiter keeps its place, and the waiters behind it pass. */
  exceeds(tokens: number): boolean;
  /** Milliseconds until `tokens` are there, if no caller takes any meanwhile; `Infinity` if that is not known. */
  timeUntil(tokens: number, now: number): number;
  /** The shortest possible wait of a caller if `tokens` are granted up to and including its own. */
  leastWait(tokens: number, now: number): number;
  /** Whether taking `tokens` now would delay the waiter of a reservation. */
  delays(tokens: number, reservation: Reservation, now: number): boolean;
  /** Whether tokens may be reserved for a waiter that is due at that moment. */
  canReserveUntil(at: number): boolean;
  /** When a reservation ends although its waiter was not granted; `Infinity` if it does not end. */
  reservedUntil(reservation: Reservation, now: number): number;
  isPaused(now: number): boolean;
  /** Takes tokens. In test mode only slots are counted, since they are released again. */
  charge(tokens: number, now: number): void;
  /** Does what `settle` does for a charge that was made at a known moment of the steady clock. */
  settleCharge(acquired: number, used: number, chargedAt: number): void;
  /** Called when a waiter has left one of its queues. */
  queueChanged(): void;
}

/**
 * The queue of one limiter or of one combination, by priority, then in order of arrival. It has at most one timer, which is
 * set for the first waiter or the earliest deadline, whichever comes first.
 */
export class Line {
  readonly queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  readonly #timer = new LineTimer();

  /** Called when a waiter's signal has aborted. */
  readonly onGiveUp: (wasHead: boolean) => void;

  constructor(
    readonly members: readonly Member[],
    /** The limiter, combination or gate that the queue belongs to. */
    readonly owner: object,
    private readonly wake: (line: Line) => void,
    onGiveUp: (line: Line, wasHead: boolean) => void,
  ) {
    this.onGiveUp = (wasHead) => {
      onGiveUp(this, wasHead);
    };
  }

  get #time(): SteadyClock {
    return (this.members[0] as Member).time;
  }

  /** The current time for waiting callers; see `SteadyClock.reanchor`. */
  now(): number {
    return this.#time.reanchor();
  }

  push(waiter: Waiter): void {
    if (this.queue.size === 0) for (const { lines } of this.members) lines.push(this);
    this.queue.push(waiter);
    this.#deadlines.add(waiter, this.queue.size);
  }

  /** The first waiter that does not exceed a limit in force. */
  get candidate(): Waiter | undefined {
    let waiter = this.queue.head;
    while (waiter !== undefined && this.#exceeds(waiter)) waiter = waiter.next;
    return waiter;
  }

  fits(waiter: Waiter, now: number): boolean {
    return this.members.every((member, i) => member.fits(costOf(waiter, i), now));
  }

  /** Whether granting it now would delay the waiter of a reservation. */
  delays(waiter: Waiter, now: number): boolean {
    return this.members.some(
      (member, i) => member.reservation !== undefined && member.delays(costOf(waiter, i), member.reservation, now),
    );
  }

  timeUntil(waiter: Waiter, now: number): number {
    let wait = 0;
    for (let i = 0; i < this.members.length; i += 1) {
      wait = Math.max(wait, (this.members[i] as Member).timeUntil(costOf(waiter, i), now));
    }
    return wait;
  }

  /** Reserves what the waiter needs in each member that has no reservation yet. */
  reserveFor(waiter: Waiter, now: number): void {
    const known = !this.members.some((member) => member.isPaused(now));
    const at = known ? now + this.timeUntil(waiter, now) : Infinity;
    this.members.forEach((member, i) => {
      if (member.reservation === undefined && member.canReserveUntil(at))
        member.reservation = { tokens: costOf(waiter, i), at, waiter };
    });
  }

  charge(waiter: Waiter, now: number): void {
    for (let i = 0; i < this.members.length; i += 1) (this.members[i] as Member).charge(costOf(waiter, i), now);
  }

  /** The shortest possible wait of a newcomer, behind this queue's waiters and the first waiter of the other queues. */
  leastWait(tokens: number, costs: readonly number[] | undefined, priority: number, now: number): number {
    let wait = 0;
    this.members.forEach((member, i) => {
      const cost = costs === undefined ? tokens : (costs[i] as number);
      const before = this.queue.tokensFrom(priority, i);
      wait = Math.max(wait, member.leastWait(before + cost + this.#aheadElsewhere(member, priority, now), now));
    });
    return wait;
  }

  /** The tokens that the first waiter of the other queues takes before, if this member is what it waits for. */
  #aheadElsewhere(member: Member, priority: number, now: number): number {
    let oldest: { line: Line; waiter: Waiter } | undefined;
    for (const line of member.lines) {
      const waiter = line === this ? undefined : line.candidate;
      if (waiter === undefined || waiter.priority < priority || line.timeUntil(waiter, now) === Infinity) continue;
      if (oldest === undefined || isBefore(waiter, oldest.waiter)) oldest = { line, waiter };
    }
    if (oldest === undefined) return 0;
    const cost = costOf(oldest.waiter, oldest.line.members.indexOf(member));
    return member.timeUntil(cost, now) === oldest.line.timeUntil(oldest.waiter, now) ? cost : 0;
  }

  /** Rejects the waiters whose deadline has passed, except one that is due right now. Returns whether there were any. */
  rejectOverdue(now: number): boolean {
    let refused = false;
    for (let { first } = this.#deadlines; first !== undefined && first.deadline <= now; { first } = this.#deadlines) {
      const wait = first === this.candidate ? this.timeUntil(first, now) : Infinity;
      if (wait > 0 && wait <= 2 * SHORTEST_TIMER) return refused;
      first.reject(this.timeoutError(first, now));
      refused = true;
    }
    return refused;
  }

  /** The error of a waiter whose deadline has passed. */
  timeoutError(waiter: Waiter, now: number): RateLimitTimeoutError {
    const rest = this.leastWait(waiter.tokens, waiter.costs, Infinity, now);
    const maxWait = (waiter.deadline as number) - waiter.since;
    return new RateLimitTimeoutError(waiter.waitedUntil(now) + rest, maxWait);
  }

  /** The error of a newcomer if a member already has `maxPending` waiters; otherwise undefined. */
  fullError(): LimiterFullError | undefined {
    const full = this.members.find(({ pending, maxPending }) => pending >= maxPending);
    return full && new LimiterFullError(full.maxPending);
  }

  /** Removes the queue from its members if it is empty. */
  leaveIfEmpty(): void {
    if (this.queue.size > 0) return;
    this.#timer.cancel();
    for (const { lines } of this.members) {
      const at = lines.indexOf(this);
      if (at >= 0) lines.splice(at, 1);
    }
  }

  /** See `LineTimer.isLost`. */
  get lostTimer(): boolean {
    return this.#timer.isLost;
  }

  /** Sets the timer for the next grant or deadline. On the real clock, a waiter always keeps the process alive. */
  arm(now: number): void {
    const { clock } = this.#time;
    const wait = this.queue.size === 0 ? undefined : this.#untilNext(now);
    this.#timer.set(clock, now, wait === Infinity && clock !== systemClock ? undefined : wait, () => {
      this.wake(this);
    });
  }

  #untilNext(now: number): number {
    const { candidate } = this;
    const wait = candidate === undefined ? Infinity : this.#untilCandidate(candidate, now);
    return Math.min(wait, (this.#deadlines.first?.deadline ?? Infinity) - now);
  }

  #untilCandidate(candidate: Waiter, now: number): number {
    const wait = this.timeUntil(candidate, now);
    if (wait > 0) return wait;
    // Everything is there, but reserved for another waiter.
    let free = Infinity;
    this.members.forEach((member, i) => {
      const { reservation } = member;
      if (reservation === undefined || !member.delays(costOf(candidate, i), reservation, now)) return;
      free = Math.min(free, member.reservedUntil(reservation, now));
    });
    return free - now;
  }

  #exceeds(waiter: Waiter): boolean {
    return this.members.some((member, i) => member.exceeds(costOf(waiter, i)));
  }
}

/** The tokens that a waiter needs from the i-th member of its line. */
export const costOf = ({ costs, tokens }: Waiter, i: number): number =>
  costs === undefined ? tokens : (costs[i] as number);

/** Whether one waiter is to be served before another: by priority, then by arrival. */
export const isBefore = (one: Waiter, other: Waiter): boolean =>
  one.priority === other.priority ? one.arrival < other.arrival : one.priority > other.priority;
