import { startTimer, systemClock, type Clock } from '../base/clock.js';
import { Deadlines } from '../limits/deadlines.js';
import { SHORTEST_TIMER } from '../limits/line-timer.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../limits/errors.js';
import { Waiter, WaiterQueue } from '../limits/queue.js';
import type { AcquireOptions, RateLimiter } from '../limits/rate-limiter.js';
import { isImpatient, rejectBeyond, rejectImpatient } from '../limits/shared/callers.js';
import { BATCH } from '../limits/shared/claimant-rules.js';
import { Repeater } from './repeater.js';
import type { SlotsLink, SlotsReply } from './slots-link.js';

/** Milliseconds after which a waiting process asks again: it is not notified when another process frees a slot. */
const POLL = 50;
/** Milliseconds after which a process that does not ask again leaves the line. */
const PATIENCE = 1000;
/** Milliseconds after a failed command until the process says again which slots it has. */
const REPORT = 500;

/** The link to the server and the checked options of the limiter. */
interface SlotsOptions {
  readonly link: SlotsLink;
  readonly clock: Clock;
  readonly limit: number;
  readonly lease: number;
  readonly maxPending: number;
}

/** Gets slots from the server for the callers of one process, and renews the lease of those in use. */
export class SlotsClaimant {
  readonly #limiter: RateLimiter;
  readonly #options: SlotsOptions;
  readonly #queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  #limit: number;
  /** Bit 1: the limit was assigned since the last command; bit 2: no command has been sent yet. */
  #assigned = 2;
  /** Slots in use that the server knows. */
  #held = 0;
  /** Slots in use whose lease has ended, or that were taken in test mode. The server does not count them. */
  #lost = 0;
  #others = 0;
  #pausedUntil = -Infinity;
  /** When the latest pause that this process asked for ends. */
  #ownPauseUntil = 0;
  #inFlight = false;
  /** Whether the server keeps a place in the line for this process. */
  #inLine = false;
  /** Whether the server has to learn something, even if no caller waits. */
  #mustSend = false;
  #askAt = 0;
  #cancelTimer: (() => void) | undefined;
  /** Until when the server may count slots that this process does not have, since a command failed. */
  #unsureUntil: number | undefined;
  readonly #renewals: Repeater;
  readonly #reports: Repeater;
  readonly #whenIdle: (() => void)[] = [];

  constructor(limiter: RateLimiter, setting: SlotsOptions) {
    this.#limiter = limiter;
    this.#options = setting;
    this.#limit = setting.limit;
    const { clock, lease } = setting;
    const send = (): void => this.#sendNow();
    this.#renewals = new Repeater(clock, lease / 3, () => this.#held > 0, send);
    const isUnsure = (): boolean => clock.now() < (this.#unsureUntil ?? -Infinity);
    this.#reports = new Repeater(clock, Math.min(lease / 3, REPORT), isUnsure, send);
  }

  /** The limit in force, as far as this process knows. */
  get limit(): number {
    return this.#limit;
  }

  assign(limit: number): void {
    this.#limit = limit;
    this.#assigned |= 1;
    this.#sendNow();
  }

  /** Slots in use in this process. */
  get inUse(): number {
    return this.#held + this.#lost;
  }

  get pending(): number {
    return this.#queue.size;
  }

  get available(): number {
    return Math.max(0, this.#limit - this.#held - this.#others);
  }

  get isLikeNew(): boolean {
    const unused = this.inUse === 0 && this.#queue.size === 0 && !this.#inFlight;
    return unused && this.#limit === this.#options.limit && this.#options.clock.now() >= this.#pausedUntil;
  }

  /** Resolves with the milliseconds waited, once this process has got `tokens` slots. */
  acquire(tokens: number, { signal, maxWait = Infinity, priority = 0 }: AcquireOptions): Promise<number> {
    const { clock, maxPending } = this.#options;
    if (this.#inLine && this.#queue.size >= Math.max(1, maxPending)) {
      return Promise.reject(new LimiterFullError(maxPending));
    }
    const since = clock.now();
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const waiter = new Waiter({ tokens, since, signal, deadline, priority, resolve, reject }, this.#wake);
      this.#queue.push(waiter);
      if (maxWait > 0) this.#deadlines.add(waiter, this.#queue.size);
      if (maxWait === 0 || this.#queue.head === waiter) this.#askAt = since;
      this.#wake();
    });
  }

  /** Takes slots in test mode, without the server. */
  takeInTestMode(tokens: number): void {
    this.#lost += tokens;
  }

  /** Frees slots, first those whose lease has ended: the server does not count them. */
  release(tokens: number): void {
    const lost = Math.min(this.#lost, tokens);
    this.#lost -= lost;
    this.#held -= tokens - lost;
    if (tokens > lost) this.#sendNow();
    this.#resolveIdle();
  }

  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#resolveIdle();
    });
  }

  pauseUntil(until: number): void {
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = this.#ownPauseUntil = until;
    this.#sendNow();
  }

  readonly #wake = (): void => {
    queueMicrotask(() => {
      this.#work();
    });
  };

  #sendNow(): void {
    this.#mustSend = true;
    this.#work();
  }

  #work(): void {
    const now = this.#options.clock.now();
    this.#deadlines.rejectOverdue(now);
    while (this.#queue.head?.dropIfAborted() === true);
    const waits = this.#queue.size > 0;
    if (!this.#inFlight && (this.#mustSend || (waits && now >= this.#askAt) || (!waits && this.#inLine))) {
      void this.#send(now);
    }
    this.#cancelTimer?.();
    const next = Math.min(
      waits && !this.#inFlight ? this.#askAt : Infinity,
      this.#deadlines.first?.deadline ?? Infinity,
    );
    this.#cancelTimer =
      next === Infinity
        ? undefined
        : startTimer(this.#options.clock, Math.max(SHORTEST_TIMER, next - now), () => this.#work());
    this.#resolveIdle();
  }

  async #send(now: number): Promise<void> {
    this.#mustSend = false;
    this.#inFlight = true;
    const waiters = this.#queue.first(BATCH);
    const [held, assigned, wall] = [this.#held, this.#assigned, Date.now()];
    this.#assigned = 0;
    try {
      const reply = await this.#options.link.send({
        held,
        asks: waiters.map(({ tokens }) => tokens),
        limit: this.#limit,
        base: this.#options.limit,
        assigned,
        pause: Math.max(0, this.#ownPauseUntil - now),
        hold: Math.max(0, this.#pausedUntil - now),
        lease: this.#options.lease,
        patience: PATIENCE,
        waits: waiters.some(({ deadline = Infinity, since }) => deadline > since) ? 1 : 0,
      });
      this.#replied(reply, waiters, held, now, wall);
    } catch (error) {
      this.#assigned |= assigned;
      this.#inLine = false;
      if (waiters.length > 0 || this.#unsureUntil === undefined) this.#unsureUntil = now + this.#options.lease;
      this.#reports.start();
      for (const waiter of this.#queue.first(Infinity)) waiter.reject((error as LimiterUnavailableError).copy());
    } finally {
      this.#inFlight = false;
      this.#wake();
    }
  }

  #replied(reply: SlotsReply, waiters: readonly Waiter[], before: number, sent: number, wall: number): void {
    const now = this.#options.clock.now();
    const granted = waiters.slice(0, reply.granted);
    const tokens = granted.reduce((sum, waiter) => sum + waiter.tokens, 0);
    // Slots that the server gave to other processes because the lease had ended.
    const lost = Math.min(this.#held, Math.max(0, before - (reply.held - tokens)));
    this.#held -= lost;
    this.#lost += lost;
    this.#unsureUntil = undefined;
    if (this.#assigned === 0) this.#limit = reply.limit;
    this.#others = reply.others;
    if (reply.hold > 0) this.#pausedUntil = now + reply.hold;
    const passed = this.#options.clock === systemClock ? Math.max(now - sent, Date.now() - wall) : now - sent;
    const next = waiters[reply.granted];
    this.#inLine = next !== undefined;
    for (const waiter of granted) {
      // The caller has left, or the lease ended before the reply came: the next command frees the slots.
      if (!waiter.waits || passed >= this.#options.lease || waiter.dropIfAborted()) {
        this.#mustSend = true;
        continue;
      }
      this.#held += waiter.tokens;
      waiter.grant(this.#limiter, now);
    }
    this.#askAt = now;
    if (next !== undefined) this.#haveToWait(next, now + Math.max(POLL, Math.min(reply.hold, PATIENCE / 2)));
    this.#renewals.start();
  }

  /** There is no slot for `next`: those that may not wait are rejected, but a new head asks first. Asks again at `askAt`. */
  #haveToWait(next: Waiter, askAt: number): void {
    const { head } = this.#queue;
    if (head !== undefined && isImpatient(head)) {
      if (head === next) head.reject(new RateLimitTimeoutError(Infinity, 0));
      return;
    }
    this.#askAt = askAt;
    rejectImpatient(head?.next);
    rejectBeyond(this.#queue, this.#options.maxPending);
  }

  #resolveIdle(): void {
    if (this.inUse > 0 || this.#queue.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
