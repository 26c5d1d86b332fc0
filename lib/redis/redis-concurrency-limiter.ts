import { abortReason, untilAborted } from '../base/abort.js';
import {
  checkClock,
  checkDuration,
  checkFunction,
  checkKeys,
  checkPositive,
  checkWhole,
  formatValue,
} from '../base/check.js';
import { startTimer, systemClock, type Clock } from '../base/clock.js';
import { processContext } from '../base/process-context.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { checkAcquireOptions, checkTokens } from '../limits/acquire-request.js';
import { Deadlines } from '../limits/deadlines.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../limits/errors.js';
import { readForSlots } from '../limits/feedback.js';
import { limitGate } from '../limits/gate.js';
import { publishPause, Waiter, WaiterQueue } from '../limits/queue.js';
import type { AcquireOptions, RateFeedback, RateLimiter } from '../limits/rate-limiter.js';
import { startIdleTimer } from '../limits/shared/idle-timer.js';
import type { RedisClientLike } from './client.js';
import { connectionOf } from './redis-store.js';
import { SlotsLink, type SlotsReply } from './slots-link.js';

/** Milliseconds after which a process that waits asks again: nobody tells it of a slot that another one has freed. */
const POLL = 50;
/** Milliseconds after which a process that no longer asks has left the line. */
const PATIENCE = 1000;
/** How many callers one command asks for at most. */
const BATCH = 32;

/** Options of a `RedisConcurrencyLimiter`. */
export interface RedisConcurrencyLimiterOptions {
  /** A client of ioredis or node-redis. One that is not connected yet is connected; its offline queue is not used. */
  readonly client: RedisClientLike;
  /** The one key that holds the slots. All who use it give it the same limit. */
  readonly key: string;
  /** The slots of all processes together; 0 pauses. */
  readonly limit: number;
  /** Milliseconds after which the slots of a process that died are free again. Default 30 000. */
  readonly lease?: number | undefined;
  /** Milliseconds until a command without a reply counts as failed. Default 1000. */
  readonly timeout?: number | undefined;
  /** How many callers may wait in this process. Default `Infinity`. */
  readonly maxPending?: number | undefined;
  /** Default: the real time. */
  readonly clock?: Clock | undefined;
}

/**
 * A {@link ConcurrencyLimiter} that any number of processes share: at most `limit` at once in all of them together. A
 * process renews its slots while they are in use. They become free `lease` ms after the process died. A process that stood
 * still for longer than that has lost them.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 * @example
 * const exports = new RedisConcurrencyLimiter({ client: new Redis(), key: 'exports', limit: 8 });
 * await exports.run(async () => 'done');
 */
export class RedisConcurrencyLimiter implements RateLimiter, GateBearer {
  readonly #link: SlotsLink;
  readonly #clock: Clock;
  readonly #lease: number;
  readonly #maxPending: number;
  readonly #base: number;
  readonly #queue = new WaiterQueue();
  readonly #deadlines = new Deadlines();
  #limit: number;
  #assigned = 2;
  /** Slots that the server knows to be this process's. */
  #held = 0;
  /** Slots that are in use here, though their lease has lapsed. */
  #lost = 0;
  #others = 0;
  #pausedUntil = -Infinity;
  #pause = 0;
  #inFlight = false;
  #inLine = false;
  #mustTell = false;
  #askAt = 0;
  #cancelTimer: (() => void) | undefined;
  #renewing = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: RedisConcurrencyLimiterOptions) {
    const what = 'RedisConcurrencyLimiter';
    checkKeys(what, options, ['client', 'key', 'limit', 'lease', 'timeout', 'maxPending', 'clock']);
    const { client, key, limit, lease = 30_000, timeout = 1000, maxPending = Infinity, clock = systemClock } = options;
    if (typeof key !== 'string' || key === '') {
      throw new TypeError(`${what}: key takes a name that is not empty, got ${formatValue(key)}`);
    }
    this.#limit = checkWhole(`${what}: limit`, limit);
    this.#base = this.#limit;
    this.#lease = checkPositive(`${what}: lease`, lease);
    checkDuration(`${what}: timeout`, timeout);
    this.#maxPending = checkWhole(`${what}: maxPending`, maxPending, 0, { infinite: true });
    checkClock(`${what}: clock`, clock);
    this.#clock = clock;
    this.#link = new SlotsLink(connectionOf(what, client), key, clock, timeout);
  }

  /** The slots of all processes together. Assigning it applies to all processes; slots in use stay in use. 0 pauses. */
  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = checkWhole('RedisConcurrencyLimiter: limit', limit);
    this.#assigned |= 1;
    this.#tell();
  }

  /** Slots in use in this process. */
  get inFlight(): number {
    return this.#held + this.#lost;
  }

  /** How many callers of this process wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Free slots, as far as this process knows. */
  get available(): number {
    return Math.max(0, this.#limit - this.#held - this.#others);
  }

  /** @internal */
  get isLikeNew(): boolean {
    const unused = this.inFlight === 0 && this.#queue.size === 0 && !this.#inFlight && this.#whenIdle.length === 0;
    return unused && this.#limit === this.#base && this.#clock.now() >= this.#pausedUntil;
  }

  /**
   * Resolves with the milliseconds waited, once this process has `tokens` (1) slots. Rejects as
   * {@link ConcurrencyLimiter.acquire} does, and with {@link LimiterUnavailableError} if the server cannot be reached.
   */
  async acquire(tokens = 1, options: AcquireOptions = {}): Promise<number> {
    this.#checkCost(tokens);
    checkAcquireOptions(options);
    const { signal, maxWait = Infinity, priority = 0 } = options;
    if (signal?.aborted) throw abortReason(signal);
    if (tokens === 0) return 0;
    if (processContext.testing !== undefined) {
      this.#lost += tokens;
      return 0;
    }
    if (this.#inLine && this.#queue.size >= Math.max(1, this.#maxPending)) throw new LimiterFullError(this.#maxPending);
    const since = this.#clock.now();
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const waiter = new Waiter({ tokens, since, signal, deadline, priority, resolve, reject }, this.#wake);
      this.#queue.push(waiter);
      if (maxWait > 0) this.#deadlines.add(waiter, this.#queue.size);
      if (this.#queue.head === waiter) this.#askAt = since;
      this.#wake();
    });
  }

  /** Takes `tokens` (1) slots if they are free and nobody in this process waits. */
  async tryAcquire(tokens = 1): Promise<boolean> {
    if (tokens > 0 && this.#queue.size > 0 && processContext.testing === undefined) {
      this.#checkCost(tokens);
      return false;
    }
    try {
      await this.acquire(tokens, { maxWait: 0 });
      return true;
    } catch (error) {
      if (error instanceof RateLimitTimeoutError) return false;
      throw error;
    }
  }

  /**
   * Frees `tokens` (1) slots. If this process has lost them, no other process's slots are freed.
   *
   * @throws Error for more than are in use; nothing changes then.
   */
  release(tokens = 1): void {
    this.checkRelease(tokens);
    const lost = Math.min(this.#lost, tokens);
    this.#lost -= lost;
    this.#held -= tokens - lost;
    if (tokens > lost) this.#tell();
    this.#resolveIdle();
  }

  /** @internal */
  checkRelease(tokens: number): void {
    checkTokens(tokens, Number.MAX_VALUE);
    if (tokens > this.inFlight) {
      throw new Error(`release: ${tokens} slots are more than the ${this.inFlight} in use`);
    }
  }

  /**
   * Waits for a slot, calls `fn`, and frees the slot when `fn` has ended. Settles as `fn` does, or rejects with
   * `signal.reason` as soon as the signal aborts. Even then the slot is held until `fn` has ended.
   *
   * @throws what `acquire` rejects with.
   */
  async run<T>(fn: () => T | PromiseLike<T>, options: AcquireOptions = {}): Promise<Awaited<T>> {
    checkFunction('RedisConcurrencyLimiter.run', fn);
    await this.acquire(1, options);
    const held = (async (): Promise<Awaited<T>> => {
      try {
        return await fn();
      } finally {
        this.release();
      }
    })();
    return untilAborted(held, options.signal);
  }

  /** Resolves once no slot is in use in this process and nobody waits. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#resolveIdle();
    });
  }

  /** Admits no caller, in any process, for `ms` milliseconds. Of several pauses, the latest end counts. */
  pauseFor(ms: number): void {
    checkDuration('pauseFor', ms, { infinite: true });
    const until = this.#clock.now() + ms;
    publishPause(this, ms);
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    this.#pause = until;
    this.#tell();
  }

  /** Takes note of an answer: a 429 that names a time pauses all processes. */
  report(feedback: RateFeedback): void {
    const { pause } = readForSlots(feedback);
    if (pause > 0) this.pauseFor(pause);
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }

  #checkCost(tokens: number): void {
    checkTokens(tokens, this.#limit === 0 ? Number.MAX_VALUE : this.#limit, 'limit');
  }

  readonly #wake = (): void => {
    queueMicrotask(() => {
      this.#work();
    });
  };

  #tell(): void {
    this.#mustTell = true;
    this.#work();
  }

  #work(): void {
    const now = this.#clock.now();
    for (let { first } = this.#deadlines; first !== undefined && first.deadline <= now; { first } = this.#deadlines) {
      const maxWait = first.deadline - first.since;
      first.reject(new RateLimitTimeoutError(Math.max(maxWait, now - first.since), maxWait));
    }
    while (this.#queue.head?.dropIfAborted() === true);
    const waits = this.#queue.size > 0;
    if (!this.#inFlight && (this.#mustTell || (waits && now >= this.#askAt) || (!waits && this.#inLine))) {
      void this.#send(now);
    }
    this.#cancelTimer?.();
    const next = Math.min(
      waits && !this.#inFlight ? this.#askAt : Infinity,
      this.#deadlines.first?.deadline ?? Infinity,
    );
    this.#cancelTimer =
      next === Infinity ? undefined : startTimer(this.#clock, Math.max(1e-3, next - now), () => this.#work());
    this.#resolveIdle();
  }

  async #send(now: number): Promise<void> {
    this.#mustTell = false;
    this.#inFlight = true;
    const waiters: Waiter[] = [];
    for (let waiter = this.#queue.head; waiter !== undefined && waiters.length < BATCH; waiter = waiter.next) {
      waiters.push(waiter);
    }
    const held = this.#held;
    const assigned = this.#assigned;
    const wall = Date.now();
    this.#assigned = 0;
    try {
      const reply = await this.#link.send({
        held,
        asks: waiters.map(({ tokens }) => tokens),
        limit: this.#limit,
        base: this.#base,
        assigned,
        pause: Math.max(0, this.#pause - now),
        hold: Math.max(0, this.#pausedUntil - now),
        lease: this.#lease,
        patience: PATIENCE,
        waits: waiters.some(({ deadline, since }) => deadline === undefined || deadline > since) ? 1 : 0,
      });
      this.#replied(reply, waiters, held, now, wall);
    } catch (error) {
      this.#assigned |= assigned;
      this.#inLine = false;
      for (let { head } = this.#queue; head !== undefined; { head } = this.#queue) {
        head.reject((error as LimiterUnavailableError).copy());
      }
    } finally {
      this.#inFlight = false;
      this.#wake();
    }
  }

  #replied(reply: SlotsReply, waiters: readonly Waiter[], before: number, sent: number, wall: number): void {
    const now = this.#clock.now();
    const asked = waiters.slice(0, reply.granted);
    const tokens = asked.reduce((sum, waiter) => sum + waiter.tokens, 0);
    // What the server no longer counts as this process's: the lease had lapsed, and others have the slots.
    const gone = Math.min(this.#held, Math.max(0, before - (reply.held - tokens)));
    this.#held -= gone;
    this.#lost += gone;
    if (this.#assigned % 2 === 0) this.#limit = reply.limit;
    this.#others = reply.others;
    if (reply.hold > 0) this.#pausedUntil = now + reply.hold;
    const passed = this.#clock === systemClock ? Math.max(now - sent, Date.now() - wall) : now - sent;
    const next = waiters[reply.granted];
    this.#inLine = next !== undefined;
    for (const waiter of asked) {
      // Nobody wants it any more, or it has lapsed on the way: the next command says so.
      if (!waiter.waits || passed >= this.#lease || waiter.dropIfAborted()) {
        this.#mustTell = true;
        continue;
      }
      this.#held += waiter.tokens;
      waiter.grant(this, now);
    }
    if (next?.waits === true && next.deadline !== undefined && next.deadline <= next.since) {
      next.reject(new RateLimitTimeoutError(Infinity, 0));
      this.#askAt = now;
    } else {
      this.#askAt = next === undefined ? now : now + Math.max(POLL, Math.min(reply.hold, PATIENCE / 2));
      if (next !== undefined) this.#refuseBeyond();
    }
    this.#renew();
  }

  #refuseBeyond(): void {
    let rank = 0;
    for (let waiter = this.#queue.head; waiter !== undefined; waiter = waiter.next) {
      rank += 1;
      if (rank > this.#maxPending) waiter.reject(new LimiterFullError(this.#maxPending));
    }
  }

  /** Renews the lease while a slot is in use. */
  #renew(): void {
    if (this.#renewing || this.#held === 0) return;
    this.#renewing = true;
    startIdleTimer(this.#clock, this.#lease / 3, () => {
      this.#renewing = false;
      if (this.#held === 0) return;
      this.#tell();
      this.#renew();
    });
  }

  #resolveIdle(): void {
    if (this.#whenIdle.length === 0 || this.inFlight > 0 || this.#queue.size > 0) return;
    const resolves = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of resolves) resolve();
  }
}
