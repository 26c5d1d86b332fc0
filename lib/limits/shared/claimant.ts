import { timeoutErrorIfOver } from '../acquire-request.js';
import { LimiterFullError, RateLimitTimeoutError, type LimiterUnavailableError } from '../errors.js';
import { Waiter, type WaiterQueue } from '../queue.js';
import type { AcquireOptions, RateLimiter } from '../rate-limiter.js';
import { Alarm } from './alarm.js';
import { Alone } from './alone.js';
import type { ClaimantOptions } from './bucket-options.js';
import { Callers } from './callers.js';
import { claimedEntries, isTight, waitsAtLeast } from './claimant-rules.js';
import type { KeyView } from './key-view.js';
import type { LocalClaim } from './local-claim.js';
import { Place } from './place.js';
import { StoreLink, type Answered } from './store-link.js';

/** For how many callers one command asks at most. */
const BATCH = 32;
/** Milliseconds by which a predicted wait, which is computed in floating point, may miss a deadline. */
const ROUNDING = 1e-6;

/**
 * The callers of one process that wait for the same shared limits, and what the process has claimed for them. One command
 * at a time; it claims for the first callers what is there, or soon will be, and learns when to come for the next.
 */
export class Claimant {
  readonly #callers = new Callers();
  readonly link: StoreLink;
  readonly #alone: Alone;
  readonly #alarm: Alarm;
  readonly #claims: LocalClaim[] = [];
  readonly #place = new Place();
  /** Whether something has to be told though nobody asks. */
  #mustTell = false;
  #tight = false;
  #scheduled = false;
  #working = false;

  constructor(
    /** What grants are published as. */
    private readonly limiter: RateLimiter,
    private readonly views: readonly KeyView[],
    private readonly options: ClaimantOptions,
  ) {
    this.link = new StoreLink(views, options.store, options.clock, options.timeout);
    this.#alone = new Alone(views);
    this.#alarm = new Alarm(options.clock, (late) => {
      this.link.estimates.timerWasLate(late);
      this.#work();
    });
  }

  get queue(): WaiterQueue {
    return this.#callers.queue;
  }

  /** Whether it is the queue of just these limits. */
  isOf(views: readonly KeyView[]): boolean {
    return views.length === this.views.length && views.every((view, i) => view === this.views[i]);
  }

  /** Whether nobody waits and nothing is claimed. */
  get idle(): boolean {
    return this.queue.size === 0 && this.#claims.length === 0;
  }

  /** Waits for the tokens, one amount for each key. */
  acquire(costs: readonly number[], tokens: number, options: AcquireOptions): Promise<number> {
    const { signal, maxWait = Infinity, priority = 0 } = options;
    const { maxPending, clock } = this.options;
    const since = clock.now();
    if (this.#place.inLine && this.queue.size >= Math.max(1, maxPending)) {
      return Promise.reject(new LimiterFullError(maxPending));
    }
    const refusal =
      maxWait === Infinity ? undefined : timeoutErrorIfOver(this.#leastWait(costs, priority, since), maxWait);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const deadline = maxWait === Infinity ? undefined : since + maxWait;
      const waiter = new Waiter({ tokens, costs, since, signal, deadline, priority, resolve, reject }, this.wake);
      this.#callers.add(waiter);
      const first = this.queue.size - claimedEntries(this.#claims) <= 1;
      if (!this.#alone.inUse && (first || (deadline !== undefined && this.queue.head === waiter)))
        this.#place.comeAt = since;
      this.wake();
    });
  }

  /** Takes what is there, unless somebody waits in this process. */
  async tryAcquire(costs: readonly number[]): Promise<boolean> {
    const usable = (now: number): boolean =>
      this.queue.size === 0 && this.views.every(({ rate, pausedUntil }) => rate > 0 && now >= pausedUntil);
    // A reply that came too late to be used is asked for again.
    for (let tries = 0; tries < 3; tries += 1) {
      const now = this.options.clock.now();
      if (!usable(now)) return false;
      if (this.#alone.inUse && now < this.#place.comeAt) return this.#alone.take(costs, this.queue.head?.costs, now);
      try {
        const took = await this.link.take(costs, usable);
        if (took === 'taken') return true;
        if (took === 'refused') return false;
        this.tell();
        if (took === 'unused') return false;
      } catch (error) {
        if (this.options.onUnavailable === 'throw') throw error;
        this.#goAlone();
        return this.#alone.take(costs, this.queue.head?.costs, this.options.clock.now());
      } finally {
        this.wake();
      }
    }
    return false;
  }

  /** Says at once what the views have to say; who waits asks anew. */
  tell(): void {
    this.#mustTell = true;
    if (this.#working) this.wake();
    else this.#work();
  }

  /** Looks again at who is to be served. All that happens in one turn is looked at together. */
  readonly wake = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#work();
    });
  };

  #work(): void {
    this.#working = true;
    const { clock } = this.options;
    this.#grantDue(clock.now());
    this.#callers.refuseOverdue(clock.now());
    if (this.queue.size === 0) this.#endAll();
    const now = clock.now();
    const [next] = this.#callers.unclaimed(this.#claims, 1);
    // The place is for another, who has left.
    if (!this.#alone.inUse && this.#place.isForMore(next?.costs)) this.#place.comeAt = now;
    const leaves = this.queue.size === 0 && this.#place.inLine;
    const asks = next !== undefined && now >= this.#place.comeAt;
    if (this.link.inFlight === 0 && (this.#mustTell || asks || leaves)) this.#send();
    const costs = this.#alone.inUse ? this.queue.head?.costs : undefined;
    const due =
      costs === undefined
        ? Math.min(Infinity, ...this.#claims.map((claim) => claim.due))
        : now + this.#alone.timeUntil(costs, costs, now);
    const come = this.link.inFlight === 0 && next !== undefined ? this.#place.comeAt : Infinity;
    this.#alarm.setTo(Math.min(due, come, this.#callers.deadline), now);
    this.#working = false;
  }

  #grantDue(now: number): void {
    if (this.#alone.inUse) {
      this.#alone.serve(this.#callers, this.limiter, now);
      return;
    }
    const paused = Math.max(...this.views.map(({ rate, pausedUntil }) => (rate === 0 ? Infinity : pausedUntil)));
    if (this.#claims.some(({ due }) => due < paused)) this.#endAll();
    for (let [claim] = this.#claims; claim !== undefined; [claim] = this.#claims) {
      const { head } = this.#callers;
      if (head === undefined) return;
      const lapsed = claim.hasLapsed(now);
      if (!lapsed && now < claim.due) return;
      const costs = head.costs as readonly number[];
      if (lapsed || !claim.covers(costs)) {
        this.#end(claim);
        continue;
      }
      claim.take(costs, now);
      if (claim.left === 0) {
        this.#end(claim);
        // Others could not be served until the store knows.
        if (this.#tight) this.#mustTell = true;
      }
      head.grant(this.limiter, now);
    }
  }

  /** The store is told of it with the next command; who has no claim any more asks then. */
  #end(claim: LocalClaim): void {
    this.#claims.splice(this.#claims.indexOf(claim), 1);
    if (claim.left > 0 && !this.#alone.inUse) this.#place.comeAt = this.options.clock.now();
    this.link.end(claim);
  }

  #endAll(): void {
    for (const claim of [...this.#claims]) {
      this.#end(claim);
      // Others can have it.
      if (!this.#alone.inUse) this.#mustTell = true;
    }
  }

  /** Sends one command for those who have no claim, with all that is to be told. */
  #send(): void {
    this.#mustTell = false;
    const waiters = this.#callers.unclaimed(this.#claims, BATCH);
    const deadline = waiters[0]?.deadline;
    const maxWait = deadline === undefined ? Infinity : Math.max(0, deadline - this.options.clock.now());
    const asks = waiters.map(({ costs }) => costs as readonly number[]);
    const horizon = Math.min(this.link.estimates.horizon, maxWait);
    this.link
      .send({ asks, horizon, maxWait, line: 1 })
      .then(
        (answered) => {
          this.#answered(answered, waiters, maxWait);
        },
        (error: unknown) => {
          this.#place.leave();
          if (this.options.onUnavailable === 'local') this.#goAlone();
          else this.#callers.rejectAll(error as LimiterUnavailableError);
        },
      )
      .finally(this.wake);
  }

  #answered(answered: Answered, waiters: readonly Waiter[], maxWait: number): void {
    const { reply, claim, sent, received } = answered;
    if (claim !== undefined) this.#claims.push(claim);
    const next = waiters[reply.claimed.length];
    this.#place.replied(answered, next?.costs, maxWait, this.link.estimates.lead);
    if (waiters[0] !== undefined) this.#tight = reply.crowd > 0 && isTight(waiters[0], this.views, reply.doubt);
    if (next === undefined) return;
    const span = reply.place / 1000;
    if (next.waits && next.deadline !== undefined && sent + span > next.deadline + ROUNDING) {
      this.#place.comeAt = received;
      next.reject(new RateLimitTimeoutError(received - next.since + span, next.deadline - next.since));
    } else if (span > 0) this.#callers.refuseBeyond(this.options.maxPending, this.#claims);
  }

  /** What a newcomer waits at least, as far as this process knows. The store refuses the rest. */
  #leastWait(costs: readonly number[], priority: number, now: number): number {
    if (this.views.some(({ rate }) => rate === 0)) return Infinity;
    const wanted = this.#callers.wantedWith(costs, priority);
    if (this.#alone.inUse) return this.#alone.timeUntil(wanted, this.queue.head?.costs ?? costs, now);
    // Nobody waits here: the store knows better.
    return wanted === costs ? 0 : waitsAtLeast(wanted, this.#claims, this.views, now);
  }

  #goAlone(): void {
    const now = this.options.clock.now();
    this.#alone.begin(now);
    this.#endAll();
    this.#place.leave();
    // One command per timeout looks for the store.
    this.#place.comeAt = now + this.options.timeout;
  }
}
